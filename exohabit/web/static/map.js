// The page "Map": the diagram of planets and habitable zones, the histogram, and their table.

import { ROOT } from "./api.js";
import { count, element } from "./dom.js";
import { showFailure } from "./failure.js";
import { MapCharts } from "./map_charts.js";
import { labelOf, showMarks } from "./map_marks.js";
import { fetchOwnPlanet, fetchPlanets, findPlanets, hasPlace, similarNames } from "./map_planets.js";
import { VIEWS, holds, scaleView, viewAround } from "./map_view.js";
import { linkOfPlanet } from "./planet_link.js";
import { loadLibrary, onThemeChange } from "./plot.js";
import { makeRows } from "./rows.js";
import { saveFile } from "./rows_download.js";
import { RowsTable } from "./rows_table.js";
import { describeBin } from "./score_histogram.js";
import { describe, makePoint } from "./zone_diagram.js";

const SUN = "Sun";
const find = (id) => document.getElementById(id);
const narrow = matchMedia("(max-width: 50rem)");
let known = null; // {planets, zones, threshold}
let ranking = []; // rows of all planets with a score and a place
let marked = [];
let view = VIEWS.zone;
let charts = null;
let position = -1; // of the planet that the keyboard points at, among those that are shown

const table = new RowsTable(find("rows"), {
  caption: "Planets in the diagram",
  linkOf: ({ planet }) => linkOf(planet),
  pageSize: 10,
});

function linkOf(planet) {
  return planet.isOwn ? new URL(location.search, ROOT).href : linkOfPlanet({ planet }, true);
}

async function start() {
  find("failure").hidden = true;
  find("status").textContent = "Loading the known planets …";
  try {
    const [found, library] = await Promise.all([fetchPlanets(), loadOrDoWithout()]);
    known = found;
    if (library && !charts) charts = makeCharts(library);
    const scored = makeRows(known.planets.filter(({ score }) => score !== null));
    ranking = scored.filter(({ planet }) => hasPlace(planet));
    table.setColumns(ranking);
    if (document.activeElement === find("planet")) offerNames();
    sayLeftOut();
    find("status").textContent = "";
    afterNextFrame(drawHistogram); // the diagram is above it, so it comes first
    await markFromAddress();
  } catch (error) {
    fail(error, start);
  }
}

function afterNextFrame(task) {
  requestAnimationFrame(() => setTimeout(task));
}

function fail(error, again) {
  find("status").textContent = "";
  find("failure").hidden = false;
  showFailure(find("failure"), error, again);
}

function sayWrong(message) {
  find("status").textContent = message.charAt(0).toUpperCase() + message.slice(1);
}

/** Returns the plotting library, or null, which the page says, if it is not there. */
async function loadOrDoWithout() {
  try {
    return await loadLibrary();
  } catch {
    find("no-library").hidden = false;
    for (const plot of document.querySelectorAll(".with-library")) plot.hidden = true;
    return null;
  }
}

function makeCharts(library) {
  return new MapCharts(
    library,
    { diagram: find("diagram"), histogram: find("histogram") },
    {
      onOpen: (planet) => location.assign(linkOf(planet)),
      onView: (part) => {
        view = part;
        position = -1;
        fillTable();
      },
    },
  );
}

/** Offers the names of all stars and planets, once the reader is going to type one. */
function offerNames() {
  const place = find("names");
  if (!known || place.children.length) return;
  const names = known.planets.flatMap(({ hostname, name }) => [hostname, name]);
  const sorted = [...new Set(names)].filter(Boolean).sort();
  place.append(...sorted.map((name) => new Option(name)));
}

function sayLeftOut() {
  const left = known.planets.length - ranking.length;
  find("left-out").textContent =
    `${count(ranking.length)} known planets. ${count(left)} others ` +
    "are not shown, because their light, star or size is not known.";
}

async function markFromAddress() {
  const query = new URLSearchParams(location.search);
  const name = query.get("planet") ?? "";
  find("planet").value = name;
  if (name && query.size === 1) await mark(name);
  else setMarked(query.size ? await ownPlanet(query) : []);
}

/** Returns the planet of an address in a list, which is empty if the address is wrong. */
async function ownPlanet(query) {
  try {
    return [await fetchOwnPlanet(query)];
  } catch (error) {
    if (![300, 400, 404].includes(error.status)) throw error;
    sayWrong(error.message);
    return [];
  }
}

async function mark(name) {
  find("status").textContent = "";
  showChoices([]);
  find("failure").hidden = true;
  try {
    setMarked(name ? await findPlanets(known.planets, name) : []);
  } catch (error) {
    setMarked([]);
    if (error.status === 404) {
      sayWrong(`${error.message.split(": did you mean")[0]}.`);
      showChoices(similarNames(known.planets, name, error.answer.problems?.[0]?.choices));
    } else fail(error, () => mark(name));
  }
}

/** Offers names to mark instead. */
function showChoices(names) {
  const buttons = names.map((name) => {
    const button = element("button", "", name);
    button.type = "button";
    button.addEventListener("click", () => {
      find("planet").value = name;
      find("mark").requestSubmit();
    });
    return button;
  });
  find("choices").replaceChildren(...buttons);
}

function setMarked(planets) {
  marked = planets;
  position = -1;
  const drawn = marked.filter(hasPlace);
  view = drawn.length ? viewAround(drawn) : VIEWS.zone;
  showMarks(find("marked"), marked, linkOf);
  draw();
  if (drawn.length) find("diagram").scrollIntoView({ block: "nearest" });
}

function draw() {
  const planets = ranking.map(({ planet }) => planet);
  const ofSun = planets.filter(({ hostname, name }) => hostname === SUN && name !== "Moon");
  charts?.drawDiagram({
    // The best come last, and so lie above the others.
    points: planets
      .filter(({ hostname }) => hostname !== SUN)
      .map((each) => makePoint(each))
      .reverse(),
    solar: ofSun.map((planet) => makePoint(planet)),
    // Above and below in turns, so that the labels of one star's planets do not overlap.
    marked: marked
      .filter(hasPlace)
      .map((planet, i) => makePoint(planet, labelOf(planet, marked), i % 2 ? "bottom" : "top")),
    zones: known.zones,
    view,
    isNarrow: narrow.matches,
  });
  fillTable();
}

function drawHistogram() {
  if (!charts) return;
  const scores = known.planets.map(({ score }) => score).filter((score) => score !== null);
  const bins = charts.drawHistogram(scores);
  const likely = scores.filter((score) => score >= known.threshold).length;
  find("histogram-words").textContent =
    `${count(likely)} planets have a score of ${known.threshold} or more ` +
    "and so count as potentially habitable. The scale is logarithmic.";
  find("histogram-list").replaceChildren(...bins.map((bin) => element("li", "", describeBin(bin))));
}

function fillTable() {
  const shown = ranking.filter(({ planet }) => holds(view, planet));
  find("shown-count").textContent =
    `${count(shown.length)} of ${count(ranking.length)} planets ` +
    "are in the part that the diagram shows.";
  table.show(shown);
}

function zoom(part) {
  view = part;
  charts.zoom(part);
}

function pointAt(step) {
  const all = [...new Set([...marked, ...ranking.map(({ planet }) => planet)])];
  const shown = all.filter((planet) => hasPlace(planet) && holds(view, planet));
  if (!shown.length) return;
  position = position < 0 && step < 0 ? shown.length - 1 : position + step;
  position = (position + shown.length) % shown.length;
  charts.pointAt(shown[position]);
  find("spoken").textContent = describe({ planet: shown[position] }).replaceAll("\n", ", ");
  find("diagram").dataset.address = linkOf(shown[position]);
}

const KEYS = {
  ArrowRight: () => pointAt(1),
  ArrowDown: () => pointAt(1),
  ArrowLeft: () => pointAt(-1),
  ArrowUp: () => pointAt(-1),
  Enter: () => position >= 0 && location.assign(find("diagram").dataset.address),
  "+": () => zoom(scaleView(view, 0.6)),
  "-": () => zoom(scaleView(view, 1.6)),
  0: () => zoom(VIEWS.zone),
};

find("diagram").addEventListener("keydown", (event) => {
  const action = KEYS[event.key];
  if (!action || event.ctrlKey || event.metaKey || event.altKey || !charts) return;
  event.preventDefault();
  action();
});
find("planet").addEventListener("focus", offerNames);
find("mark").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = find("planet").value.trim();
  const query = name ? `?${new URLSearchParams({ planet: name })}` : location.pathname;
  history.replaceState(null, "", query);
  if (known) mark(name);
});
for (const button of document.querySelectorAll("[data-view]")) {
  button.addEventListener("click", () => charts && zoom(VIEWS[button.dataset.view]));
}
for (const button of document.querySelectorAll("[data-scale]")) {
  const share = Number(button.dataset.scale);
  button.addEventListener("click", () => charts && zoom(scaleView(view, share)));
}
find("save-svg").addEventListener("click", async () => {
  if (charts) saveFile("exohabit-zones.svg", "image/svg+xml", await charts.saveDiagram(view));
});
find("save-histogram").addEventListener("click", async () => {
  if (charts) saveFile("exohabit-scores.svg", "image/svg+xml", await charts.saveHistogram());
});
onThemeChange(() => {
  if (!known) return;
  draw();
  drawHistogram();
});
narrow.addEventListener("change", () => known && draw());
start();
