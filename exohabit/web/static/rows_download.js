// Download: saves rows as a file, as CSV or JSON.

// A spreadsheet runs text that begins like this as a formula. The service's own CSV has the same guard.
const FORMULA = /^(?:[\s\0\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])/;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const MISSING = ["--", "-"];

/**
 * Returns rows as CSV: a column for each key of any planet.
 *
 * The place in the reader's table is `row`, from 1. A second column with the same names is left out.
 */
export function toCsv(rows) {
  const keys = new Set(rows.flatMap(({ planet }) => Object.keys(planet)));
  if (rows.every(({ planet }) => planet.pl_name === planet.name)) keys.delete("pl_name");
  const titleOf = (key) => (key === "index" && !keys.has("row") ? "row" : key);
  const valueOf = (planet, key) =>
    titleOf(key) === key || !Number.isInteger(planet[key]) ? planet[key] : planet[key] + 1;
  const lines = rows.map(({ planet }) =>
    [...keys].map((key) => toCell(valueOf(planet, key))).join(","),
  );
  return [[...keys].map((key) => toCell(titleOf(key))).join(","), ...lines, ""].join("\r\n");
}

/** Returns rows as JSON: the planets as the service sent them. */
export function toJson(rows) {
  return JSON.stringify(
    rows.map(({ planet }) => planet),
    null,
    1,
  );
}

/** Offers a text as a file to save. */
export function saveFile(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function toCell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  if (typeof value === "boolean") return value ? "1" : "0";
  if (Array.isArray(value)) return toCell(value.map(inWords).join(" "));
  if (typeof value === "object") return toCell(JSON.stringify(value));
  const isPlain = NUMBER.test(value) || MISSING.includes(value) || !FORMULA.test(value);
  return quote(isPlain ? value : `'${value}`);
}

function inWords(each) {
  if (typeof each !== "object") return String(each);
  return "column" in each && !("pointer" in each || "line" in each)
    ? `${each.code}:${each.column}`
    : each.message;
}

function quote(text) {
  return `"${text.replaceAll('"', '""')}"`;
}
