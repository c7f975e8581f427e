// Rows cells: the cells of a table of planets.

import { writeReading } from "./columns.js";
import { count, element } from "./dom.js";
import { isKnown, numberOf, textOf } from "./rows.js";

/**
 * Returns the cell of a row in a column.
 *
 * `linkOf` gives the address of a planet's page, and `opensTab` says whether it opens in a new tab.
 */
export function makeCell(row, column, { linkOf, opensTab = () => false }) {
  if (column.key === "name") return makeNameCell(row, linkOf, opensTab());
  const cell = element("td", column.isNumber ? "number" : "");
  if (!isKnown(row, column)) {
    cell.textContent = column.key === "score" ? whyUnscored(row.planet) : "";
    cell.classList.toggle("reason", column.key === "score");
  } else if (column.key === "score") {
    fillScore(cell, numberOf(row, "score"), column);
  } else if (column.isNumber) {
    fillNumber(cell, numberOf(row, column.key), row, column);
  } else {
    cell.textContent = textOf(row, column.key);
  }
  return cell;
}

/** Writes a number for reading; the title has all of its digits where some are left out. */
function fillNumber(cell, value, { planet }, { key, write = writeReading, note }) {
  cell.textContent = write(value);
  if (cell.textContent !== String(value)) cell.title = String(value);
  const said = note?.(planet, key) ?? "";
  if (said) cell.append(" ", element("small", "", said));
}

function makeNameCell(row, linkOf, isNewTab) {
  const cell = element("th");
  cell.scope = "row";
  const name = textOf(row, "name") || `(row ${count((row.planet.index ?? 0) + 1)})`;
  const address = linkOf(row);
  const label = element(address ? "a" : "span", "", name);
  if (address) label.href = address;
  if (address && isNewTab) Object.assign(label, { target: "_blank", rel: "noopener" });
  cell.append(label);
  const warnings = row.planet.warnings ?? [];
  if (warnings.length) cell.append(warningsMark(warnings));
  return cell;
}

/** Returns why a planet has no score; the list of known planets does not say it. */
function whyUnscored({ reason, problems, pl_rade: radius, pl_bmasse: mass }) {
  if (problems || reason) return problems?.map(({ message }) => message).join("; ") ?? reason;
  if ((radius ?? mass ?? null) === null) return "neither radius nor mass is known";
  return "too little is known of its light";
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
