// Table state: how a table is filtered and ordered, in the form and in the address.

const NUMBERS = { min_score: "minScore", max_distance: "maxDistance", top: "top", page: "page" };

/** Returns the state that an address describes. */
export function readState(search) {
  const query = new URLSearchParams(search);
  const state = {
    isCatalog: query.get("source") === "catalog",
    text: query.get("q") ?? "",
    sort: query.get("sort") ?? "-score",
  };
  for (const [name, key] of Object.entries(NUMBERS)) state[key] = readNumber(query.get(name));
  return state;
}

/** Returns the query of an address for a state, without what is usual. */
export function writeState(state) {
  const query = new URLSearchParams();
  if (state.isCatalog) query.set("source", "catalog");
  if (state.text) query.set("q", state.text);
  for (const [name, key] of Object.entries(NUMBERS)) {
    if (state[key] !== null) query.set(name, state[key]);
  }
  if (state.sort !== "-score") query.set("sort", state.sort);
  return query.size ? `?${query}` : "";
}

/** Returns a number of 0 or more that a person has written; null for anything else. */
export function readNumber(text) {
  const number = Number((text ?? "").trim().replace(",", "."));
  return (text ?? "").trim() !== "" && Number.isFinite(number) && number >= 0 ? number : null;
}
