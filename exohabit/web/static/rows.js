// Rows: the planets of a table, in an order and filtered. Knows neither the page nor the service.
//
// A row is {rank, planet}: the place in the ranking, and the planet as the service sent it. Columns
// that were kept from a CSV file are text, so numbers are read from text as well.

/** Returns rows for the planets of an answer: the ranked ones in their order, then the others. */
export function makeRows(ranked, unscored = []) {
  return [
    ...ranked.map((planet, i) => ({ rank: i + 1, planet })),
    ...unscored.map((planet) => ({ rank: null, planet })),
  ];
}

/** Returns the value of a number column, or null if it is not known. */
export function numberOf(row, key) {
  const value = key === "rank" ? row.rank : row.planet[key];
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.trim() === "") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** Returns the value of a text column, "" if it is not known. */
export function textOf(row, key) {
  const value = row.planet[key] ?? (key === "name" ? row.planet.pl_name : null);
  return value === null || value === undefined ? "" : String(value);
}

/** Returns whether a row has a value in a column. */
export function isKnown(row, column) {
  return column.isNumber ? numberOf(row, column.key) !== null : textOf(row, column.key) !== "";
}

/** Returns a copy of the rows in the order of a column; those without its value come last. */
export function sortRows(rows, column, isDescending) {
  const keyOf = column.isNumber
    ? (row) => numberOf(row, column.key)
    : (row) => naturalKeyOf(row, column.key);
  const keyed = rows.map((row) => ({ row, key: keyOf(row) }));
  const known = keyed.filter(({ key }) => key !== null);
  const unknown = keyed.filter(({ key }) => key === null);
  const sign = isDescending ? -1 : 1;
  known.sort((a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : 0));
  return [...known, ...unknown].map(({ row }) => row);
}

/** Returns the rows that meet every condition of a filter that is set. */
export function filterRows(rows, { text = "", minScore = null, maxDistance = null }) {
  const wanted = text.trim().toLowerCase();
  return rows.filter(
    (row) =>
      (wanted === "" || searched(row).includes(wanted)) &&
      (minScore === null || (numberOf(row, "score") ?? -1) >= minScore) &&
      (maxDistance === null || (numberOf(row, "sy_dist") ?? Infinity) <= maxDistance),
  );
}

function searched(row) {
  const texts = ["name", "hostname", "st_spectype"].map((key) => textOf(row, key));
  return texts.join(" ").toLowerCase();
}

/** Returns the key of a text; those of names are kept, because they are ordered by most often. */
function naturalKeyOf(row, key) {
  if (key !== "name") return naturalKey(textOf(row, key));
  row.nameKey ??= naturalKey(textOf(row, key));
  return row.nameKey;
}

/** Returns a text whose numbers compare as numbers (Kepler-9 before Kepler-10); null if empty. */
function naturalKey(text) {
  return text === ""
    ? null
    : text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(9, "0"));
}
