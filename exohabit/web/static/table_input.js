// Table input: what a reader has chosen or pasted, as the body of a request.

export const FORMATS = {
  csv: "text/csv",
  json: "application/json",
  ndjson: "application/x-ndjson",
};
const BY_ENDING = {
  csv: "csv",
  tsv: "csv",
  tab: "csv",
  txt: "",
  json: "json",
  ndjson: "ndjson",
  jsonl: "ndjson",
};

/**
 * Returns {body, headers, text, format} of a file or a pasted text.
 *
 * The text is there to show rows with problems; a compressed file has none.
 */
export async function readInput(source, format = "") {
  const isFile = source instanceof Blob;
  const isCompressed = isFile && (await isGzip(source));
  const text = isCompressed ? "" : isFile ? await source.text() : source;
  const name = isFile ? (source.name ?? "").toLowerCase().replace(/\.gz$/, "") : "";
  const found = format || BY_ENDING[name.split(".").pop()] || guessFormat(text);
  const headers = { "Content-Type": FORMATS[found] };
  if (isCompressed) headers["Content-Encoding"] = "gzip";
  // The bytes of a file go out as they are: only the service says whether they are UTF-8.
  return { body: isFile ? await source.arrayBuffer() : source, headers, text, format: found };
}

/** Returns the key of FORMATS that a text looks like. */
export function guessFormat(text) {
  const start = text.replace(/^\ufeff/, "").trimStart();
  if (!/^[[{]/.test(start)) return "csv";
  const [first, second = ""] = start.split(/\r?\n/, 2);
  return isObject(first) && second.trimStart().startsWith("{") ? "ndjson" : "json";
}

/** Returns about how many planets an input {text, format} has; Infinity if that is not known. */
export function countRows({ text, format }) {
  if (!text) return Infinity; // compressed
  if (format !== "json") {
    const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim()).length;
    return format === "csv" ? lines - 1 : lines;
  }
  try {
    const value = JSON.parse(text);
    return (value.planets ?? value).length ?? Infinity;
  } catch {
    return Infinity;
  }
}

/** Returns the lines of an input that problems are about, by number, cut where they are long. */
export function linesOf(text, problems) {
  const numbers = new Set(problems.map(({ line }) => line).filter(Boolean));
  if (!numbers.size) return new Map();
  const lines = text.split(/\r\n|\r|\n/, Math.max(...numbers));
  const cut = (line) => (line.length > 300 ? `${line.slice(0, 300)}…` : line);
  return new Map([...numbers].filter((n) => n <= lines.length).map((n) => [n, cut(lines[n - 1])]));
}

async function isGzip(file) {
  const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return start[0] === 0x1f && start[1] === 0x8b;
}

function isObject(text) {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}
