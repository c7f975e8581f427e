// Requests to the service, and what went wrong in words. Every page uses `ask`.
//
//   const { data } = await ask("planets/suggest?q=trapp");             // JSON
//   const { text } = await ask("answer?planet=Earth", { as: "text" }); // HTML, CSV, ...
//
// Addresses are relative to the start of the service. `ask` sends the API key if there is one, asks
// for one if the service wants it, tries again if the connection breaks, and otherwise throws a Failure,
// whose message can be shown as it is.
import { askForKey, currentKey, rejectKey } from "./key.js";

export const ROOT = new URL("../", import.meta.url);

// Milliseconds until a request whose connection broke is sent again: a killed worker is back after
// one or two seconds.
const PAUSES = [700, 1500];

export class Failure extends Error {
  constructor(kind, message, { status = 0, answer = {}, seconds = 0 } = {}) {
    super(message);
    this.kind = kind; // offline, unreachable, key, limit, busy, refused
    this.status = status;
    this.answer = answer; // the error as JSON, with code and problems, if there was one
    this.seconds = seconds; // after which it is worth trying again
  }
}

const OFFLINE = "You are offline. What you entered is still here.";
const UNREACHABLE =
  "The service does not answer: it may be restarting. What you entered is still here.";

export async function ask(path, { as = "json", signal, headers, ...init } = {}) {
  for (;;) {
    const key = currentKey();
    const sent = { ...headers, ...(key ? { "X-API-Key": key } : {}) };
    const response = await reach(new URL(path, ROOT), { ...init, headers: sent, signal });
    if (response.status !== 401) return read(response, as, signal);
    const { message } = await jsonOf(response);
    rejectKey(key);
    if (!(await askForKey(message))) {
      throw new Failure("key", "Without an API key this service does not answer.", { status: 401 });
    }
  }
}

async function reach(url, init) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const response = await fetch(url, init);
      if (![502, 504].includes(response.status) || attempt === PAUSES.length) return response;
    } catch (error) {
      if (error.name === "AbortError") throw error;
      if (!navigator.onLine) throw new Failure("offline", OFFLINE);
      if (attempt === PAUSES.length) throw new Failure("unreachable", UNREACHABLE);
    }
    await new Promise((done) => setTimeout(done, PAUSES[attempt]));
  }
}

async function read(response, as, signal) {
  if (!response.ok) throw await failureOf(response);
  try {
    if (as === "response") return { response };
    if (as === "json") return { response, data: await response.json() };
    return { response, [as]: await response[as]() };
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Failure("unreachable", UNREACHABLE);
  }
}

async function failureOf(response) {
  const answer = await jsonOf(response);
  const { status } = response;
  const seconds = Number(response.headers.get("Retry-After")) || 0;
  const details = { status, answer, seconds };
  if (status === 429) return new Failure("limit", `Too many requests. ${KEPT}`, details);
  if (status === 503) return new Failure("busy", `${reasonOf(answer)} ${KEPT}`, details);
  if ([502, 504].includes(status)) return new Failure("unreachable", UNREACHABLE, details);
  return new Failure("refused", answer.message ?? `The service answered ${status}.`, details);
}

const KEPT = "What you entered is still here.";

function reasonOf(answer) {
  return answer.message ?? "The service is busy or restarting.";
}

async function jsonOf(response) {
  try {
    return await response.json();
  } catch {
    return {};
  }
}
