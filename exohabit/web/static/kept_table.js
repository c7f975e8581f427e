// Kept table: keeps the reader's table in this tab, so that it is there after Back and Reload.
//
// It is compressed into sessionStorage, which ends with the tab. The entry of the history says which
// table belongs to it, so that a new visit of the page starts without one.

const KEY = "exohabit-table";
const MOST_CHARACTERS = 4_000_000; // browsers keep about 5 million

/** Keeps a table of {source, format, isSkipping}; returns its id, or "" if it cannot be kept. */
export async function keepTable({ source, format, isSkipping }) {
  const id = `${Date.now()}-${Math.random()}`;
  try {
    const data = await toDataUrl(await compress(new Blob([source])));
    const name = source instanceof Blob ? source.name : null;
    sessionStorage.removeItem(KEY);
    if (data.length > MOST_CHARACTERS) return "";
    sessionStorage.setItem(KEY, JSON.stringify({ id, name, format, isSkipping, data }));
    return id;
  } catch {
    return ""; // the browser refuses to store, or has no room
  }
}

/** Returns the kept table with an id as {source, format, isSkipping}, or null. */
export async function restoreTable(id) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    if (!id || kept?.id !== id) return null;
    const bytes = Uint8Array.from(atob(kept.data.split(",")[1]), (each) => each.charCodeAt(0));
    const blob = await transform(new Blob([bytes]), new DecompressionStream("gzip"));
    const source = kept.name === null ? await blob.text() : new File([blob], kept.name);
    return { source, format: kept.format, isSkipping: kept.isSkipping };
  } catch {
    return null;
  }
}

function compress(blob) {
  return transform(blob, new CompressionStream("gzip"));
}

function transform(blob, stream) {
  return new Response(blob.stream().pipeThrough(stream)).blob();
}

function toDataUrl(blob) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(blob);
  });
}
