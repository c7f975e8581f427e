// Problems view: what is wrong with an input, each problem at its row.

import { count, element } from "./dom.js";
import { wordsOf } from "./problem_words.js";
import { countRows, linesOf } from "./table_input.js";

const SHOWN = 100;

/**
 * Fills a place with the service's error about an input {text, format}.
 *
 * Offers to go on without the rows if others remain; after that was tried, it is not offered again.
 */
export function showProblems(place, answer, input, isSkipping) {
  const { problems, problem_count: total = problems.length } = answer;
  const { text } = input;
  const heading = place.querySelector("h2");
  heading.textContent = total === 1 ? "1 problem" : `${count(total)} problems`;
  const lines = linesOf(text, problems);
  place
    .querySelector("tbody")
    .replaceChildren(...problems.slice(0, SHOWN).map((problem) => makeLine(problem, lines)));
  const more = total - Math.min(problems.length, SHOWN);
  const note = place.querySelector(".more");
  note.textContent = more > 0 ? `And ${count(more)} more, which the service does not list.` : "";
  note.hidden = more <= 0;
  const canSkip = !isSkipping && leavesRows(problems, input);
  place.querySelector(".skip-rows").hidden = !canSkip;
  place.querySelector(".what-to-do").textContent = canSkip
    ? "Nothing has been ranked yet. Correct the table, or leave out the rows with problems."
    : "Nothing has been ranked. Correct the table, and give it again.";
}

/** Returns whether every problem is about one row, and other rows remain. */
function leavesRows(problems, input) {
  const rows = new Set(problems.map((problem) => rowOf(problem, input.format)));
  const isOfTable = problems.some(({ code }) => ["invalid_csv", "invalid_json"].includes(code));
  return !isOfTable && !rows.has(null) && rows.size < countRows(input);
}

/** Returns which row a problem is about: its line or place; null for the whole table. */
function rowOf({ line, pointer }, format) {
  if (line) return format === "csv" && line === 1 ? null : line;
  return /\/(\d+)(?:\/|$)/.exec(pointer ?? "")?.[1] ?? null;
}

function makeLine(problem, lines) {
  const row = element("tr");
  const where = element("th", "", whereOf(problem));
  where.scope = "row";
  const what = element("td", "", wordsOf(problem));
  const received = lines.get(problem.line);
  if (received !== undefined) {
    what.append(element("code", "received", received));
  }
  row.append(where, element("td", "", columnOf(problem)), what);
  return row;
}

function whereOf({ line, pointer, parameter }) {
  if (line) return `Line ${count(line)}`;
  const index = /\/(\d+)(?:\/|$)/.exec(pointer ?? "");
  if (index) return `Planet ${count(Number(index[1]) + 1)}`;
  return parameter ? `Option ${parameter}` : "The table";
}

function columnOf({ column, pointer }) {
  if (column) return column;
  const last = (pointer ?? "").split("/").pop();
  return /^\d*$/.test(last) ? "" : last.replaceAll("~1", "/").replaceAll("~0", "~");
}
