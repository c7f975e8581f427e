// Map planets: the planets of the map as the service sends them, and which of them to mark.

import { ask } from "./api.js";

/** Fetches all known planets, best first; returns {planets, zones, threshold}. */
export async function fetchPlanets() {
  const { data } = await ask("map/planets");
  const planets = rowsOf(data.planets).sort((a, b) => (b.score ?? -1) - (a.score ?? -1));
  return { planets, zones: data.zones, threshold: data.threshold };
}

/** Fetches the place of the planet that an address describes by its values. */
export async function fetchOwnPlanet(query) {
  const { data } = await ask(`map/planet?${query}`);
  const [planet] = rowsOf(data.planets);
  return { ...planet, name: planet.name ?? "Your planet", isOwn: true };
}

/** Returns whether a planet has a place in the diagram. */
export function hasPlace({ insolation, st_teff: teff }) {
  return insolation !== null && teff !== null;
}

/**
 * Returns the planets that a name means: one, or those of a star.
 *
 * A name as the catalogue writes it is found here, any other by the service.
 */
export async function findPlanets(planets, name) {
  const wanted = simple(name);
  const ofName = planets.filter((planet) => simple(planet.name) === wanted);
  if (ofName.length) return ofName;
  const ofStar = planets.filter((planet) => simple(planet.hostname ?? "") === wanted);
  if (ofStar.length) return ofStar.sort((a, b) => b.insolation - a.insolation);
  const names = await resolve(name);
  return planets.filter((planet) => names.includes(planet.name));
}

/** Returns stars whose names contain a text, and the planets that the service suggests. */
export function similarNames(planets, text, suggested = []) {
  const stars = planets
    .map(({ hostname }) => hostname)
    .filter((star) => star && simple(text) && simple(star).includes(simple(text)));
  return [...new Set([...stars, ...suggested])].slice(0, 8);
}

async function resolve(name) {
  try {
    const { data } = await ask(`planets/${encodeURIComponent(name)}?fields=name`);
    return [data.name];
  } catch (error) {
    if (error.status === 300) return error.answer.problems[0].choices;
    throw error;
  }
}

function simple(name) {
  return name.toLowerCase().replace(/[^a-z0-9+]/g, "");
}

/** Turns columns into one object for each planet. */
function rowsOf(columns) {
  const keys = Object.keys(columns);
  return columns.name.map((_, i) => Object.fromEntries(keys.map((key) => [key, columns[key][i]])));
}
