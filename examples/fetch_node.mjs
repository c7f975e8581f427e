// Asks ExoHabit from Node 18 or newer with its own fetch: one planet, a CSV table, an error.
//
//     node examples/fetch_node.mjs [http://127.0.0.1:5000]

import { readFile } from "node:fs/promises";

const service = process.argv[2] ?? "http://127.0.0.1:5000";

// fetch itself fails only if the service cannot be reached. Node uses no proxy unless told to.
await fetch(service + "/health").catch(() => {
  console.error(`Nothing is listening at ${service}. Start ExoHabit with: make run`);
  process.exit(1);
});

/** Posts a text and returns the answer, or throws an error that says what is wrong. */
async function post(path, body, type = "application/json") {
  const response = await fetch(service + path, {
    method: "POST",
    headers: { "Content-Type": type },
    body,
    signal: AbortSignal.timeout(30_000),
  });
  const answer = await response.json();
  if (!response.ok) {
    const problems = (answer.problems ?? []).map((problem) => "\n  " + problem.message);
    throw new Error(`${response.status} ${answer.code}` + problems.join(""));
  }
  return answer;
}

const planet = {
  pl_rade: 1.1,
  pl_bmasse: null, // not known; JSON.stringify writes NaN as null too, but a missing key is an error
  pl_orbper: 365,
  pl_eqt: 288,
  st_spectype: "G2 V",
};
const { score, label } = await post("/predict", JSON.stringify(planet));
console.log(`one planet: ${score.toFixed(4)}, ${label}`);

const table = await readFile(new URL("planets.csv", import.meta.url));
const { ranked_planets, unscored } = await post("/rank?top=3&unscored=true", table, "text/csv");
for (const each of ranked_planets) console.log(`${each.name}: ${each.score.toFixed(4)}`);
for (const each of unscored) console.log(`${each.name}: ${each.reason}`);

await post("/predict", JSON.stringify({ ...planet, pl_rade: -1, pl_eqt: "hot" })).catch((error) =>
  console.log(error.message),
);
