// Rows cells: the cells of a table of planets.

import { count, element } from "./dom.js";
import { isKnown, numberOf, textOf } from "./rows.js";

/** Returns the cell of a row in a column; `linkOf` gives the address of a planet's page. */
export function makeCell(row, column, linkOf) {
  if (column.key === "name") return makeNameCell(row, linkOf);
  const cell = element("td", column.isNumber ? "number" : "");
  if (!isKnown(row, column)) {
    cell.textContent = column.key === "score" ? whyUnscored(row.planet) : "";
    cell.classList.toggle("reason", column.key === "score");
  } else if (column.key === "score") {
    fillScore(cell, numberOf(row, "score"), column);
  } else {
    cell.textContent = column.isNumber ? writeNumber(row, column) : textOf(row, column.key);
  }
  return cell;
}

function writeNumber(row, { key, write = String }) {
  return write(numberOf(row, key));
}

function makeNameCell(row, linkOf) {
  const cell = element("th");
  cell.scope = "row";
  const name = textOf(row, "name") || `(row ${count((row.planet.index ?? 0) + 1)})`;
  const address = linkOf(row);
  const label = element(address ? "a" : "span", "", name);
  if (address) label.href = address;
  cell.append(label);
  const warnings = row.planet.warnings ?? [];
  if (warnings.length) cell.append(warningsMark(warnings));
  return cell;
}

function whyUnscored({ reason, problems }) {
  return problems?.map(({ message }) => message).join("; ") ?? reason ?? "not scored";
}

function fillScore(cell, score, column) {
  const text = element("span", "score", column.write(score));
  text.title = String(score);
  const bar = element("span", "score-bar");
  bar.style.setProperty("--score", score);
  cell.append(bar, text);
}

function warningsMark(warnings) {
  const mark = element("details", "warnings");
  const words = warnings.length === 1 ? "1 note" : `${warnings.length} notes`;
  mark.append(element("summary", "", words));
  mark.append(...warnings.map(({ message }) => element("p", "", message)));
  return mark;
}
