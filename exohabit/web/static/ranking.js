// Ranking: asks the service for scores, of an input or of the known planets.

import { ask as send } from "./api.js";
import { makeRows } from "./rows.js";

const PAGE = 1000;
/** What is asked of a known planet. */
const FIELDS = [
  ...["name", "score", "prediction", "hostname", "pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt"],
  ...["computed", "st_spectype", "pl_insol", "st_teff", "sy_dist", "discoverymethod", "disc_year"],
].join(",");

/**
 * Ranks an input; returns {rows, warnings, threshold}.
 *
 * All columns of the input are asked for, to show and to save them. Where there are too many, or
 * one holds lists, the ranking comes without them.
 */
export async function rankInput({ body, headers }, { isSkipping, signal }) {
  const ask = (keep) => {
    const query = new URLSearchParams({ ...keep, ...(isSkipping && { on_invalid: "skip" }) });
    return send(`rank?${query}`, { method: "POST", body, headers, signal });
  };
  let answer;
  try {
    answer = (await ask({ keep: "*" })).data;
  } catch (error) {
    if (!isAboutKeep(error)) throw error;
    answer = (await ask({})).data;
  }
  const { ranked_planets: ranked, unscored, warnings, threshold } = answer;
  return { rows: makeRows(ranked, unscored), warnings, threshold };
}

function isAboutKeep({ answer }) {
  const problems = answer?.problems;
  return Boolean(problems?.length) && problems.every(({ parameter }) => parameter === "keep");
}

/** Fetches the known planets page by page, best first; returns {rows, warnings, threshold}. */
export async function fetchCatalog({ signal, onProgress = () => {} }) {
  const planets = [];
  let answer;
  do {
    const query = new URLSearchParams({ fields: FIELDS, limit: PAGE });
    if (answer) query.set("cursor", answer.next_cursor);
    answer = (await send(`planets?${query}`, { signal })).data;
    planets.push(...answer.planets);
    onProgress(planets.length, answer.count);
  } while (answer.next_cursor);
  const isScored = ({ score }) => score !== null;
  const unscored = planets.filter((planet) => !isScored(planet));
  const rows = makeRows(planets.filter(isScored), unscored);
  return { rows, warnings: [], threshold: answer.threshold };
}
