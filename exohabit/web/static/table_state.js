// Table state: how a table is filtered and ordered, in the form and in the address.

/** Filters that are numbers, by their names in the form and in the address. */
export const NUMBER_FILTERS = {
  min_score: { key: "minScore", read: readScore },
  max_distance: { key: "maxDistance", read: readDistance },
  top: { key: "top", read: readTop },
};

/** Returns the state that an address describes. */
export function readState(search) {
  const query = new URLSearchParams(search);
  const page = readNumber(query.get("page") ?? "");
  const state = {
    isCatalog: query.get("source") === "catalog",
    text: query.get("q") ?? "",
    sort: query.get("sort") ?? "-score",
    page: page === null ? null : Math.max(1, Math.round(page)),
    texts: {}, // what was written, by the name of the filter
    wrong: {}, // what is wrong with it
  };
  for (const name of Object.keys(NUMBER_FILTERS)) setFilter(state, name, query.get(name) ?? "");
  return state;
}

/** Puts a filter as a person has written it into a state; one that is wrong is not applied. */
export function setFilter(state, name, text) {
  const { key, read } = NUMBER_FILTERS[name];
  const { value = null, wrong = "" } = text.trim() === "" ? {} : read(text.trim());
  Object.assign(state, { [key]: value });
  state.texts[name] = text;
  state.wrong[name] = wrong;
}

/** Returns whether a filter of a state is wrong. */
export function hasWrongFilter({ wrong }) {
  return Object.values(wrong).some(Boolean);
}

/** Returns the query of an address for a state, without what is usual. */
export function writeState(state) {
  const query = new URLSearchParams();
  if (state.isCatalog) query.set("source", "catalog");
  if (state.text) query.set("q", state.text);
  for (const [name, { key }] of Object.entries(NUMBER_FILTERS)) {
    const value = state[key] ?? state.texts[name].trim();
    if (value !== "") query.set(name, value);
  }
  if (state.page !== null) query.set("page", state.page);
  if (state.sort !== "-score") query.set("sort", state.sort);
  return query.size ? `?${query}` : "";
}

/** Returns a number that a person has written, also with a decimal comma; null for other texts. */
export function readNumber(text) {
  if (!/^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i.test(text.trim())) return null;
  const number = Number(text.trim().replace(",", "."));
  return Number.isFinite(number) ? number : null;
}

function readScore(text) {
  const isPercent = text.endsWith("%");
  const number = readNumber(text.replace("%", ""));
  const value = isPercent && number !== null ? Number((number / 100).toPrecision(12)) : number;
  if (value !== null && value >= 0 && value <= 1) return { value };
  return { wrong: "Write a score from 0 to 1, such as 0.8, or 80 %." };
}

function readDistance(text) {
  if (/^[1-9]\d{0,2}(,\d{3})+$/.test(text)) {
    return { wrong: `Write it without a comma: ${text.replaceAll(",", "")}.` };
  }
  const value = readNumber(text);
  return value !== null && value >= 0 ? { value } : { wrong: "Write a number, such as 15." };
}

function readTop(text) {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && Number.isSafeInteger(value)) return { value };
  return { wrong: "Write a whole number, such as 20." };
}
