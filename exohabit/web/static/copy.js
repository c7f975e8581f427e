// Buttons that copy the text before them. A request gets the address by which the browser reaches
// the service, which the service does not know behind a proxy.
import { ROOT } from "./api.js";

export function attachCopyButtons(place) {
  for (const text of place.querySelectorAll("pre[data-base]")) {
    text.textContent = text.textContent.replaceAll(text.dataset.base, ROOT.href);
    text.dataset.base = ROOT.href;
  }
  for (const button of place.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.onclick = () => copy(button, button.previousElementSibling);
  }
}

async function copy(button, source) {
  try {
    await navigator.clipboard.writeText(source.textContent);
    button.textContent = "Copied";
  } catch {
    // Pages without HTTPS may not use the clipboard: then the text is selected for Ctrl+C.
    getSelection().selectAllChildren(source);
    button.textContent = "Selected: press Ctrl+C";
  }
  setTimeout(() => (button.textContent = "Copy"), 2000);
}
