// Map marks: the planets that a reader marks, in words and as labels of the diagram.

import { writeScore, writeShort } from "./columns.js";
import { element } from "./dom.js";
import { hasPlace } from "./map_planets.js";

/** Fills a place with marked planets, where they lie and their scores; hides it if none is marked. */
export function showMarks(place, planets, linkOf) {
  const title = planets.length > 1 ? planets[0].hostname : planets[0]?.name;
  const list = element("ul");
  list.append(...planets.map((planet) => listItem(planet, linkOf)));
  const heading = element("p");
  heading.append(element("strong", "", title ?? ""));
  place.replaceChildren(heading, list);
  place.hidden = !planets.length;
}

/** Returns a planet's label: its letter if several of its star are marked, otherwise its name. */
export function labelOf({ name, hostname }, marked) {
  const isOneOfMany = marked.length > 1 && hostname && name.startsWith(`${hostname} `);
  return isOneOfMany ? name.slice(hostname.length + 1) : name;
}

function listItem(planet, linkOf) {
  const item = element("li");
  const link = element("a", "", planet.name);
  link.href = linkOf(planet);
  const why = planet.radius === null ? ": neither radius nor mass is known" : "";
  const score = planet.score === null ? `not scored${why}` : `score ${writeScore(planet.score)}`;
  const place = hasPlace(planet)
    ? `${planet.zone ?? "zone not known"}, ${writeShort(planet.insolation)} × Earth’s light`
    : "not in the diagram: its light or star is not known";
  item.append(link, ` ${place}, ${score}`);
  return item;
}
