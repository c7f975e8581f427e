// Problems view: what is wrong with an input, each problem at its row.

import { count, element } from "./dom.js";
import { linesOf } from "./table_input.js";

const SHOWN = 100;

/** Fills a place with the service's error about an input of that text. */
export function showProblems(place, { problems, problem_count: total = problems.length }, text) {
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
  place.querySelector(".skip-rows").hidden = !problems.every(isAboutRow);
}

/** Returns whether a problem is about one row, so that the others can go on without it. */
function isAboutRow({ line, pointer }) {
  return Boolean(line) || /\/\d+(\/|$)/.test(pointer ?? "");
}

function makeLine(problem, lines) {
  const row = element("tr");
  const where = element("th", "", whereOf(problem));
  where.scope = "row";
  const what = element("td", "", problem.message);
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
