// Asks ExoHabit with types made from its API description: the requests of the README, and errors
// handled by their codes. Needs Node 20 or newer, and a running service:
//
//     npm ci
//     npx openapi-typescript http://127.0.0.1:5000/openapi.json --output schema.d.ts
//     npx tsc
//     node build/app.js [http://127.0.0.1:5000]

import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Planet = components["schemas"]["Planet"];
type ErrorAnswer = components["schemas"]["ErrorAnswer"];

const service = process.argv[2] ?? "http://127.0.0.1:5000";
// With "application/json", the type of an answer is that of JSON, without texts such as CSV.
const client = createClient<paths, "application/json">({ baseUrl: service });

/** Says what to do about an error; a misspelt code does not compile. */
function explain({ code, problems = [] }: ErrorAnswer): string {
  switch (code) {
    case "not_enough_data":
      return "Measure more of this planet first.";
    case "ambiguous_name":
    case "unknown_planet":
      return `Did you mean ${problems[0]?.choices?.join(" or ")}?`;
    case "rate_limited":
    case "busy":
      return "Try again after the seconds that the header Retry-After says.";
    default:
      return [code, ...problems.map(({ message }) => "  " + message)].join("\n");
  }
}

async function predict(planet: Planet): Promise<void> {
  const { data, error } = await client.POST("/predict", { body: planet });
  if (error) {
    console.log(explain(error));
  } else if ("score" in data) {
    // The answer about one planet. The one about a list has `predictions` instead.
    console.log(`${data.name ?? "planet"}: ${data.score.toFixed(4)}, ${data.label}`);
    if (data.warnings.some(({ code }) => code === "wrong_unit")) console.log("  Check the units.");
  }
}

async function rank(planets: (Planet | string)[]): Promise<void> {
  const query = { top: 2 };
  const { data, error } = await client.POST("/rank", { params: { query }, body: { planets } });
  if (error) {
    console.log(explain(error));
  } else if ("ranked_planets" in data) {
    // The whole answer. With the parameter `fields`, its planets would have only these fields.
    data.ranked_planets.forEach(({ name, score, prediction }, place) => {
      const isHabitable = prediction === 1;
      console.log(`${place + 1}. ${name} ${score.toFixed(4)} ${isHabitable ? "yes" : "no"}`);
    });
  }
}

async function lookUp(name: string): Promise<void> {
  const { data, error } = await client.GET("/planets/{name}", { params: { path: { name } } });
  if (error) {
    console.log(explain(error));
  } else if ("planet" in data) {
    const score = data.score?.toFixed(4) ?? "no score";
    console.log(`${data.name}: ${score}, ${data.planet.pl_rade ?? "?"} Earth radii`);
  }
}

const earthLike: Planet = {
  name: "EarthLike",
  pl_rade: 1.1,
  pl_bmasse: 0.9,
  pl_orbper: 365,
  pl_eqt: 288,
  st_spectype: "G",
};
const proxima: Planet = {
  name: "Proxima Cen b",
  pl_rade: null, // not known
  pl_bmasse: 1.055,
  pl_orbper: 11.18465,
  pl_eqt: 218,
  st_spectype: "M5.5 V",
};

try {
  await predict(earthLike);
  await predict(proxima);
  await predict({ ...earthLike, pl_orbper: 8760, name: "in hours" });
  await lookUp("TRAPPIST-1e");
  await rank(["Mars", earthLike]);
  await predict({ ...proxima, pl_bmasse: null });
  await predict({ ...earthLike, pl_rade: -1, st_spectype: "blue" });
  await lookUp("TRAPPIST-1");
} catch (error) {
  if (!(error instanceof TypeError)) throw error; // what fetch throws without a connection
  console.error(`Nothing is listening at ${service}. Start ExoHabit with: make run`);
  process.exit(1);
}
