// The page "Rank a table": takes an input, shows its ranking, filters and saves it.

import { COLUMNS } from "./columns.js";
import { Failure } from "./api.js";
import { takeDroppedFiles } from "./file_drop.js";
import { showFailure } from "./failure.js";
import { keepTable, restoreTable } from "./kept_table.js";
import { linkOfPlanet } from "./planet_link.js";
import { whyNoTable } from "./problem_words.js";
import { showProblems } from "./problems_view.js";
import { fetchCatalog, rankInput } from "./ranking.js";
import { filterRows, isKnown } from "./rows.js";
import { saveFile, toCsv, toJson } from "./rows_download.js";
import { count, element } from "./dom.js";
import { RowsTable } from "./rows_table.js";
import { readInput } from "./table_input.js";
import { hasWrongFilter, readState, setFilter, writeState } from "./table_state.js";

const find = (id) => document.getElementById(id);
const form = find("input"),
  filters = find("filters"),
  progress = find("progress");
const state = readState(location.search);
let ranking = null; // {rows, warnings, threshold, name}
let stop = null; // stops the request that runs
let again = null; // does the last task again
let keptId = ""; // of the reader's table, if this tab keeps it

const table = new RowsTable(find("rows"), {
  caption: "Planets by score",
  linkOf: (row) => linkOfPlanet(row, state.isCatalog),
  opensTab: () => !state.isCatalog && !keptId,
  onChange: () => {
    state.sort = `${table.sort.isDescending ? "-" : ""}${table.sort.key}`;
    state.page = table.page ? table.page + 1 : null;
    keepState();
  },
});

/** Runs a task that ends in a ranking, with its progress, its errors and a way to stop it. */
async function run(words, task, input = {}, isSkipping = false) {
  again = () => run(words, task, input, isSkipping);
  stop?.abort();
  const controller = (stop = new AbortController());
  const began = performance.now();
  say(words);
  for (const id of ["problems", "failure", "result"]) find(id).hidden = true;
  try {
    const found = await task(controller.signal);
    if (controller !== stop) return;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const time = seconds === "0.0" ? "less than 0.1" : seconds;
    show(found, `${outcome(found.rows)} in ${time} s.`);
  } catch (error) {
    if (controller === stop) fail(error, input, isSkipping);
  }
}

function outcome(rows) {
  const unscored = rows.filter(({ rank }) => rank === null).length;
  const ranked = `${planets(rows.length - unscored)} ranked`;
  return unscored ? `${ranked}, ${count(unscored)} without a score at the end,` : ranked;
}

function planets(number) {
  return number === 1 ? "1 planet" : `${count(number)} planets`;
}

function say(words, done = null, total = null) {
  find("status").textContent = words;
  progress.hidden = find("stop").hidden = false;
  if (total) Object.assign(progress, { max: total, value: done });
  else progress.removeAttribute("value");
}

function endProgress(words) {
  progress.hidden = find("stop").hidden = true;
  find("status").textContent = words;
}

function fail(error, input = {}, isSkipping = false) {
  endProgress("");
  if (error.name === "AbortError") return endProgress("Stopped. Your input is still here.");
  if (error.status === 400 && error.answer.problems?.length) {
    const place = find("problems");
    showProblems(place, error.answer, input, isSkipping);
    place.hidden = false;
    bringToTop(place.querySelector("h2"), place);
  } else {
    find("failure").hidden = false;
    showFailure(find("failure"), error, again);
  }
}

function show(found, words) {
  ranking = found;
  table.setColumns(found.rows);
  endProgress(words);
  find("result").hidden = false;
  const notes = found.warnings.map(({ message }) => element("li", "", message));
  find("notes").replaceChildren(...notes);
  find("about").hidden = !notes.length;
  const hasDistance = found.rows.some((row) => isKnown(row, { key: "sy_dist", isNumber: true }));
  find("distance-field").hidden = !hasDistance;
  fillFilters();
  refresh(state.page);
  bringToTop(find("result-heading"), find("status"));
}

/** Gives a heading the focus, and scrolls so that what it begins with is at the top. */
function bringToTop(heading, start) {
  heading.focus({ preventScroll: true });
  start.scrollIntoView();
}

function refresh(page = null) {
  if (!ranking) return;
  const column = state.sort.replace(/^-/, "");
  if (COLUMNS.some(({ key }) => key === column)) {
    table.sort = { key: column, isDescending: state.sort.startsWith("-") };
  }
  table.show(filterRows(ranking.rows, state), { top: state.top });
  table.goTo((page ?? 1) - 1);
  find("result-count").textContent = countWords();
  keepState();
}

function countWords() {
  const shown = table.rows.length,
    all = ranking.rows.length;
  const words = shown === all ? planets(all) : `${count(shown)} of ${planets(all)}`;
  return hasWrongFilter(state) ? `${words}. The marked filter is not applied: correct it.` : words;
}

function keepState() {
  const table = state.isCatalog ? "" : keptId;
  history.replaceState({ table }, "", `${location.pathname}${writeState(state)}`);
}

function fillFilters() {
  filters.elements.q.value = state.text;
  for (const [name, text] of Object.entries(state.texts)) filters.elements[name].value = text;
  markFilters();
}

function readFilters() {
  Object.assign(state, { text: filters.elements.q.value, page: null });
  for (const name of Object.keys(state.texts)) setFilter(state, name, filters.elements[name].value);
  markFilters();
  refresh();
}

/** Marks the filters that are wrong; meanwhile nothing can be saved, for it would lack a filter. */
function markFilters() {
  for (const [name, wrong] of Object.entries(state.wrong)) {
    filters.elements[name].ariaInvalid = wrong ? "true" : null;
    find(`${name}-wrong`).textContent = wrong;
  }
  for (const type of ["csv", "json"]) find(`save-${type}`).disabled = hasWrongFilter(state);
}

async function rankSource(source, { isSkipping = false, format } = {}) {
  state.isCatalog = false;
  const name = source instanceof Blob ? source.name : "the pasted table";
  const refusal = source instanceof Blob ? sizeRefusal(source) || (await whyNoTable(source)) : "";
  if (refusal) return refuse(refusal);
  const input = await readInput(source, format ?? form.elements.format.value);
  find("skip").onclick = () => rankSource(source, { isSkipping: true, format: input.format });
  const keeping = keepTable({ source, format: input.format, isSkipping });
  const task = async (signal) => {
    const found = await rankInput(input, { isSkipping, signal });
    keptId = await keeping;
    return keptId ? found : { ...found, warnings: [NOT_KEPT, ...found.warnings] };
  };
  await run(`Ranking ${name} …`, task, input, isSkipping);
}

const NOT_KEPT = {
  message:
    "This table is too large to be kept in this tab: choose it again after you reload the page. " +
    "Planets open in a new tab.",
};

function sizeRefusal({ name, size }) {
  const limit = Number(form.dataset.maxBytes);
  if (size <= limit || name.endsWith(".gz")) return "";
  const [has, may] = [size, limit].map((bytes) => Math.round(bytes / 2 ** 20));
  return (
    `${name} has ${has} MiB, and a request may have ${may}. ` +
    "Compress it with gzip, or send it in parts."
  );
}

function refuse(message) {
  stop?.abort();
  stop = again = null;
  for (const id of ["problems", "result"]) find(id).hidden = true;
  fail(new Failure("refused", message));
}

/** Ranks the reader's table again after Back or Reload. */
async function rankKept() {
  const kept = await restoreTable(history.state?.table);
  if (kept && !stop) rankSource(kept.source, kept);
  else if (location.search && !stop) find("status").textContent = whyNothing();
}

function whyNothing() {
  const source = new URLSearchParams(location.search).get("source");
  return source === null
    ? "This address has filters, but no table: choose or paste it first."
    : `source=${source} is not known; source=catalog ranks the known planets.`;
}

function exampleFile() {
  return new File([find("example").textContent], "the example.csv");
}

function rankCatalog() {
  state.isCatalog = true;
  const onProgress = (done, total) =>
    say(`${count(done)} of ${count(total)} known planets …`, done, total);
  return run("Fetching the known planets …", (signal) => fetchCatalog({ signal, onProgress }));
}

function save(type) {
  const words = state.isCatalog ? "known-planets" : "ranking";
  const write = { csv: ["text/csv;charset=utf-8", toCsv], json: ["application/json", toJson] };
  const [mediaType, toText] = write[type];
  saveFile(`exohabit-${words}.${type}`, mediaType, toText(table.rows));
}

find("rank-example").addEventListener("click", () => rankSource(exampleFile()));
find("save-example").addEventListener("click", async () => {
  saveFile("planets.csv", "text/csv;charset=utf-8", await exampleFile().text());
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const [file] = form.elements.file.files;
  const text = form.elements.paste.value;
  if (text.trim()) rankSource(text);
  else if (file) rankSource(file);
  else find("status").textContent = "Choose a file or paste a table first.";
});
form.elements.file.addEventListener("change", () => {
  const [file] = form.elements.file.files;
  if (file) rankSource(file);
});
takeDroppedFiles(find("drop"), (files) => {
  form.elements.file.files = files;
  rankSource(files[0]);
});
filters.addEventListener("input", readFilters);
filters.addEventListener("submit", (event) => event.preventDefault());
filters.addEventListener("reset", () => setTimeout(readFilters));
find("catalog").addEventListener("click", rankCatalog);
find("stop").addEventListener("click", () => stop?.abort());
find("save-csv").addEventListener("click", () => save("csv"));
find("save-json").addEventListener("click", () => save("json"));
if (state.isCatalog) rankCatalog();
else rankKept();
