// Problem words: what is wrong with a file, in words for a reader who sends no requests.

const OTHER_FILES = [
  ["89504e47", "a picture"],
  ["ffd8ff", "a picture"],
  ["47494638", "a picture"],
  ["25504446", "a PDF document"],
  ["504b0304", "a spreadsheet or an archive (such as .xlsx or .zip)"],
  ["d0cf11e0", "an old spreadsheet or document"],
  ["50415231", "a Parquet file"],
];
const NO_ROWS =
  "This table is empty or has no rows below its header. The first line has the names of the " +
  "columns, and each line below is a planet.";

const NAMES_ALONE =
  'This table has no radius or mass. To rank known planets by name, paste: ["Earth", "Mars"]';

/** Returns why a file is not a table, by its first bytes; "" if it may be one. */
export async function whyNoTable(file) {
  const start = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  const digits = [...start].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const kind = OTHER_FILES.find(([first]) => digits.startsWith(first))?.[1];
  return kind ? `This is ${kind}, not a table. Save the table as CSV and choose that file.` : "";
}

/** Returns the message of a problem as the page says it. */
export function wordsOf({ code, message, line }) {
  if (code === "invalid_csv" && !line && message.includes("is not a table")) return NO_ROWS;
  if (message.startsWith("The body is empty")) return NO_ROWS;
  if (message.includes("looks up names alone")) return NAMES_ALONE;
  const place = /it ends too early.* in (line \d+, column \d+)/.exec(message);
  if (place) return `The JSON stops before it is complete (${place[1]}).`;
  return message.replace(
    /("[^"]*") is in (Jupiter \w+): multiply by ([\d.]+) and name it (\w+)/g,
    "$1 may be in $2: then multiply it by $3; name it $4 if it is in those of Earth",
  );
}
