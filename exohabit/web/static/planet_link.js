// Planet link: the address of a planet on the page "Try a planet".

import { ROOT } from "./api.js";

const COLUMNS = [
  ...["pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "st_spectype", "pl_insol"],
  ...["pl_orbsmax", "pl_orbeccen", "st_teff", "st_rad", "st_mass"],
];

/** Returns the address of a row: by name for a known planet, by its values otherwise. */
export function linkOfPlanet({ planet }, isKnown) {
  const query = new URLSearchParams();
  if (isKnown) {
    query.set("planet", planet.name);
  } else {
    const given = COLUMNS.filter((key) => planet[key] !== null && planet[key] !== undefined);
    if (!given.length) return "";
    for (const key of given) query.set(key, planet[key]);
    const name = planet.name ?? planet.pl_name;
    if (name) query.set("name", name);
  }
  return new URL(`?${query}`, ROOT).href;
}
