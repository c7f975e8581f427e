// Columns: what a table of planets shows, and how its numbers are written.

/** Columns in the order in which a table shows them. */
export const COLUMNS = [
  { key: "rank", label: "#", meaning: "place in the ranking by score", isNumber: true },
  { key: "name", label: "Planet", isNumber: false },
  { key: "score", label: "Score", isNumber: true, isBestFirst: true, write: writeScore },
  { key: "sy_dist", label: "Distance", unit: "parsecs", isNumber: true },
  { key: "listed_rade", label: "Radius", unit: "Earth = 1", isNumber: true, note: sayNotMeasured },
  { key: "pl_rade", label: "Radius", unit: "Earth = 1", isNumber: true, note: sayFlag },
  { key: "pl_bmasse", label: "Mass", unit: "Earth = 1", isNumber: true, note: sayFlag },
  { key: "insolation", label: "Light, computed", unit: "Earth = 1", isNumber: true, write: writeReading },
  { key: "zone", label: "Zone", isNumber: false },
  { key: "pl_insol", label: "Light", unit: "Earth = 1", isNumber: true, note: sayFlag },
  { key: "pl_eqt", label: "Temperature", unit: "K", isNumber: true, note: sayFlag },
  { key: "pl_orbper", label: "Year", unit: "days", isNumber: true, note: sayFlag },
  { key: "st_spectype", label: "Star", isNumber: false },
  { key: "st_teff", label: "Star", isNumber: true, write: (teff) => `${writeShort(teff)} K`, note: sayFlag },
];

/** Says of a radius of the map that it is not a measured one. */
function sayNotMeasured({ pl_rade: measured }) {
  return measured === null ? "computed" : "";
}

/** Says of a flagged number what it is: computed from another, or only a limit. */
function sayFlag({ computed, warnings = [] }, key) {
  if (Array.isArray(computed) && computed.includes(key)) return "computed";
  const isFlag = ({ code, column }) => column === key && ["computed", "limit"].includes(code);
  return warnings.find(isFlag)?.code ?? "";
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
