// Columns: what a table of planets shows, and how its numbers are written.

/** Columns in the order in which a table shows them. */
export const COLUMNS = [
  { key: "rank", label: "#", meaning: "place in the ranking by score", isNumber: true },
  { key: "name", label: "Planet", isNumber: false },
  { key: "score", label: "Score", isNumber: true, isBestFirst: true, write: writeScore },
  { key: "sy_dist", label: "Distance", unit: "parsecs", isNumber: true },
  { key: "listed_rade", label: "Radius", unit: "Earth = 1", isNumber: true, note: sayNotMeasured },
  { key: "pl_rade", label: "Radius", unit: "Earth = 1", isNumber: true, note: sayComputed },
  { key: "pl_bmasse", label: "Mass", unit: "Earth = 1", isNumber: true, note: sayComputed },
  { key: "insolation", label: "Light, computed", unit: "Earth = 1", isNumber: true, write: writeReading },
  { key: "zone", label: "Zone", isNumber: false },
  { key: "pl_insol", label: "Light", unit: "Earth = 1", isNumber: true },
  { key: "pl_eqt", label: "Temperature", unit: "K", isNumber: true },
  { key: "pl_orbper", label: "Year", unit: "days", isNumber: true },
  { key: "st_spectype", label: "Star", isNumber: false },
  { key: "st_teff", label: "Star", isNumber: true, write: (teff) => `${writeShort(teff)} K` },
];

/** Says of a radius of the map that it is not a measured one. */
function sayNotMeasured({ pl_rade: measured }) {
  return measured === null ? "computed" : "";
}

/** Marks a radius or mass that the service treats as computed. */
function sayComputed({ computed, warnings = [] }, key) {
  const isListed = Array.isArray(computed) && computed.includes(key);
  const isWarnedOf = warnings.some(({ code, column }) => code === "computed" && column === key);
  return isListed || isWarnedOf ? "computed" : "";
}

/** Returns a score with four decimals; one that is not 0 or 1 is not written as 0 or 1. */
export function writeScore(score) {
  if (score > 0 && score < 0.00005) return "<0.0001";
  return score < 1 && score >= 0.99995 ? ">0.9999" : score.toFixed(4);
}

/** Returns a number with four digits, without an exponent where it is easy to read. */
export function writeShort(value) {
  return String(Number(value.toPrecision(4)));
}

/** Returns a number for reading: four digits, and from 100 on two after the point. */
export function writeReading(value) {
  return Math.abs(value) >= 100 ? String(Number(value.toFixed(2))) : writeShort(value);
}
