// The page "Rank a table": takes an input, shows its ranking, filters and saves it.

import { COLUMNS } from "./columns.js";
import { Failure } from "./api.js";
import { takeDroppedFiles } from "./file_drop.js";
import { showFailure } from "./failure.js";
import { linkOfPlanet } from "./planet_link.js";
import { showProblems } from "./problems_view.js";
import { fetchCatalog, rankInput } from "./ranking.js";
import { filterRows, isKnown } from "./rows.js";
import { saveFile, toCsv, toJson } from "./rows_download.js";
import { count, element } from "./dom.js";
import { RowsTable } from "./rows_table.js";
import { readInput } from "./table_input.js";
import { readNumber, readState, writeState } from "./table_state.js";

const find = (id) => document.getElementById(id);
const form = find("input"),
  filters = find("filters"),
  progress = find("progress");
const state = readState(location.search);
let ranking = null; // {rows, warnings, threshold, name}
let stop = null; // stops the request that runs
let again = null; // does the last task again

const table = new RowsTable(find("rows"), {
  caption: "Planets by score",
  linkOf: (row) => linkOfPlanet(row, state.isCatalog),
  onChange: () => {
    state.sort = `${table.sort.isDescending ? "-" : ""}${table.sort.key}`;
    state.page = table.page ? table.page + 1 : null;
    keepState();
  },
});

/** Runs a task that ends in a ranking, with its progress, its errors and a way to stop it. */
async function run(words, task, text = "") {
  again = () => run(words, task, text);
  stop?.abort();
  const controller = (stop = new AbortController());
  const began = performance.now();
  say(words);
  for (const id of ["problems", "failure", "result"]) find(id).hidden = true;
  try {
    const found = await task(controller.signal);
    if (controller !== stop) return;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    show(found, `${outcome(found.rows)} in ${seconds} s.`);
  } catch (error) {
    if (controller === stop) fail(error, text);
  }
}

function outcome(rows) {
  const unscored = rows.filter(({ rank }) => rank === null).length;
  const ranked = `${count(rows.length - unscored)} planets ranked`;
  return unscored ? `${ranked}, ${count(unscored)} without a score at the end,` : ranked;
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

function fail(error, text) {
  endProgress("");
  if (error.name === "AbortError") return endProgress("Stopped. Your input is still here.");
  if (error.status === 400 && error.answer.problems?.length) {
    const place = find("problems");
    showProblems(place, error.answer, text);
    place.hidden = false;
    place.querySelector("h2").focus();
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
  find("result-heading").focus();
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
  return shown === all ? `${count(all)} planets` : `${count(shown)} of ${count(all)} planets`;
}

function keepState() {
  history.replaceState(null, "", `${location.pathname}${writeState(state)}`);
}

function fillFilters() {
  for (const [name, key] of [
    ["q", "text"],
    ["min_score", "minScore"],
    ["max_distance", "maxDistance"],
    ["top", "top"],
  ]) {
    filters.elements[name].value = state[key] ?? "";
  }
}

function readFilters() {
  const { q, min_score: score, max_distance: distance, top } = filters.elements;
  Object.assign(state, {
    text: q.value,
    minScore: readNumber(score.value),
    maxDistance: readNumber(distance.value),
    top: readNumber(top.value) === null ? null : Math.max(1, Math.round(readNumber(top.value))),
    page: null,
  });
  refresh();
}

async function rankSource(source, isSkipping = false) {
  state.isCatalog = false;
  const name = source instanceof Blob ? source.name : "the pasted table";
  const limit = Number(form.dataset.maxBytes);
  if (source instanceof Blob && source.size > limit && !source.name.endsWith(".gz")) {
    const sizes = [source.size, limit].map((bytes) => Math.round(bytes / 2 ** 20));
    return fail(
      new Failure(
        "refused",
        `${name} has ${sizes[0]} MiB, and a request may have ${sizes[1]}. ` +
          "Compress it with gzip, or send it in parts.",
      ),
      "",
    );
  }
  const input = await readInput(source, form.elements.format.value);
  find("skip").onclick = () => rankSource(source, true);
  const task = (signal) => rankInput(input, { isSkipping, signal });
  await run(`Ranking ${name} …`, task, input.text);
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
