// Columns: what a table of planets shows, and how its numbers are written.

/** Columns in the order in which a table shows them. */
export const COLUMNS = [
  { key: "rank", label: "#", meaning: "place in the ranking by score", isNumber: true },
  { key: "name", label: "Planet", isNumber: false },
  { key: "score", label: "Score", isNumber: true, isBestFirst: true, write: writeScore },
  { key: "sy_dist", label: "Distance", unit: "parsecs", isNumber: true },
  { key: "pl_rade", label: "Radius", unit: "Earth = 1", isNumber: true },
  { key: "pl_bmasse", label: "Mass", unit: "Earth = 1", isNumber: true },
  { key: "insolation", label: "Light", unit: "Earth = 1", isNumber: true, write: writeShort },
  { key: "zone", label: "Zone", isNumber: false },
  { key: "pl_insol", label: "Light", unit: "Earth = 1", isNumber: true },
  { key: "pl_eqt", label: "Temperature", unit: "K", isNumber: true },
  { key: "pl_orbper", label: "Year", unit: "days", isNumber: true },
  { key: "st_spectype", label: "Star", isNumber: false },
  { key: "st_teff", label: "Star", isNumber: true, write: (teff) => `${writeShort(teff)} K` },
];

/** Returns a score with four decimals. */
export function writeScore(score) {
  return score.toFixed(4);
}

/** Returns a number with four digits, without an exponent where it is easy to read. */
export function writeShort(value) {
  return String(Number(value.toPrecision(4)));
}
