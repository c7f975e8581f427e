// File drop: files that a reader drops anywhere on the page.

/** Calls `onDrop` with dropped files; `place` shows where they may be dropped. */
export function takeDroppedFiles(place, onDrop) {
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      if (!event.dataTransfer.types.includes("Files")) return; // such as text that is moved
      event.preventDefault();
      place.classList.toggle("over", name === "dragenter" || name === "dragover");
      if (name === "drop" && event.dataTransfer.files.length) onDrop(event.dataTransfer.files);
    });
  }
}
