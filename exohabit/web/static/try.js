// "Try a planet": the answer follows what is typed, and the address holds it.
//
// The server draws form and answer for an address, with or without this script. Here they are
// fetched again when the address changes: as a whole for another planet, without the form while
// one types.
import { Failure, ask } from "./api.js";
import { attachCombobox } from "./combobox.js";
import { attachCopyButtons } from "./copy.js";
import { element } from "./dom.js";
import { showFailure } from "./failure.js";

const PAUSE = 250; // milliseconds without a key press, until the score is asked for
const place = document.getElementById("planet");
const failures = document.getElementById("failure");
const live = document.getElementById("live");
const search = document.getElementById("search");
let timer = 0;
let running = new AbortController();

// Fetches what an address asks. With `keepForm`, what is being typed stays as it is.
async function load(query, { keepForm = false } = {}) {
  clearTimeout(timer);
  running.abort();
  running = new AbortController();
  const { signal } = running;
  place.classList.add("busy");
  form().inert = !keepForm; // typing now would be lost when the form is replaced
  try {
    const { text } = await ask(`answer${query}`, { as: "text", signal });
    const came = new DOMParser().parseFromString(text, "text/html");
    failures.replaceChildren();
    place.classList.remove("stale");
    show(came, keepForm || (isUnknown(came) && hasValues()));
  } catch (error) {
    if (error.name === "AbortError") return;
    if (!(error instanceof Failure)) throw error;
    showFailure(failures, error, () => load(query, { keepForm }));
    markStale();
    if (!keepForm) search.elements.planet.value = new URLSearchParams(query).get("planet") ?? "";
  }
  if (signal.aborted) return;
  place.classList.remove("busy");
  form().inert = false;
}

// Greys the answer that stays when a new one does not come, and says so beside it.
function markStale() {
  const answer = place.querySelector("#verdict .score, #verdict .problems");
  if (!answer || place.classList.contains("stale")) return;
  place.classList.add("stale");
  answer.before(element("p", "warning", "This is still the answer from before. The new one has not come yet."));
}

// Whether nothing is known by the name that was looked up; then what is in the form may stay.
function isUnknown(came) {
  return came.querySelector("#verdict[data-unknown]") !== null;
}

function hasValues() {
  return inputs().some((input) => input.value.trim());
}

function show(came, keepForm) {
  if (keepForm) {
    for (const id of ["verdict", "details"]) replace(came, id);
    markFields();
  } else {
    place.replaceChildren(...came.body.childNodes);
    search.elements.planet.value = planetOfForm();
    document.getElementById("verdict").scrollIntoView({ block: "nearest" });
  }
  attachCopyButtons(place);
  markChips();
  announce();
}

// Replaces a part of the page; what is folded out stays so.
function replace(came, id) {
  const old = document.getElementById(id);
  const fresh = came.getElementById(id);
  const [before, after] = [old, fresh].map((part) => part.querySelectorAll("details"));
  if (before.length === after.length) after.forEach((each, i) => (each.open = before[i].open));
  old.replaceWith(document.importNode(fresh, true));
}

function form() {
  return document.getElementById("values");
}

function planetOfForm() {
  return form().elements.planet?.value ?? "";
}

function inputs() {
  return [...form().querySelectorAll("input[data-catalog]")];
}

// The address of what is in the form: of a known planet, only what was changed.
function queryOfForm() {
  const query = new URLSearchParams();
  const planet = planetOfForm();
  if (planet) query.set("planet", planet);
  for (const input of inputs()) {
    const value = input.value.trim();
    if (planet ? value !== input.dataset.catalog : value) query.set(input.name, value);
  }
  return `?${query}`;
}

function markFields() {
  const wrong = new Set([...place.querySelectorAll("[data-field]")].map((e) => e.dataset.field));
  for (const input of inputs()) {
    if (wrong.has(input.name)) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    const isChanged = Boolean(planetOfForm()) && input.value.trim() !== input.dataset.catalog;
    const field = input.closest(".field");
    field.classList.toggle("changed", isChanged);
    const was = field.querySelector(".was");
    if (was) was.hidden = !isChanged;
  }
}

function markChips() {
  for (const chip of document.querySelectorAll(".chips a")) {
    if (chip.search === location.search) chip.setAttribute("aria-current", "true");
    else chip.removeAttribute("aria-current");
  }
}

function announce() {
  const score = place.querySelector("#verdict .score");
  const text = (score ?? place.querySelector("#verdict h2")).textContent;
  const now = document.getElementById("now");
  now.textContent = place.querySelector("#verdict .big")?.textContent ?? "";
  document.getElementById("compute").hidden = true; // the score follows by itself
  live.textContent = text.replace(/\s+/g, " ").trim();
  document.title = `${planetOfForm() || "Could it be habitable?"} · ExoHabit`;
}

function go(query, options) {
  history.pushState(null, "", query || "./");
  return load(query, options);
}

place.addEventListener("input", (event) => {
  if (!event.target.matches("input[data-catalog]")) return;
  clearTimeout(timer);
  timer = setTimeout(type, PAUSE);
});

function type() {
  const query = queryOfForm();
  history.replaceState(null, "", query === "?" ? "./" : query);
  if (isUnknown(place)) search.elements.planet.value = planetOfForm(); // not the name asked in vain
  load(query === "?" ? "" : query, { keepForm: true });
}

document.addEventListener("submit", (event) => {
  if (event.target === form()) {
    event.preventDefault();
    type();
  } else if (event.target === search) {
    event.preventDefault();
    choose(search.elements.planet.value);
  }
});

document.getElementById("main").addEventListener("click", (event) => {
  const link = event.target.closest("a[data-ask]");
  if (link && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
    event.preventDefault();
    go(new URL(link.href).search);
  }
  const problem = event.target.closest("[data-field]");
  if (problem) {
    event.preventDefault();
    showField(document.getElementById(problem.dataset.field));
  }
});

function showField(input) {
  const folded = input.closest("details");
  if (folded) folded.open = true;
  input.focus();
}

function choose(name) {
  if (name.trim()) go(`?${new URLSearchParams({ planet: name.trim() })}`);
}

window.addEventListener("popstate", () => load(location.search));
attachCombobox(search.elements.planet, document.getElementById("suggestions"), choose);
attachCopyButtons(place);
markChips();
document.getElementById("compute").hidden = true; // the score follows by itself
if (place.hasAttribute("data-pending")) load(location.search);
