// On the page of a 401: asks for the API key, and shows the page that was asked for in its place.
import { Failure, ask } from "./api.js";
import { showFailure } from "./failure.js";

const main = document.getElementById("main");

async function unlock() {
  const accept = { Accept: "text/html, */*;q=0.8" }; // as a browser does
  try {
    const { response } = await ask(location.href, { as: "response", headers: accept });
    await show(response);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const place = document.getElementById("locked");
    showFailure(place, error, unlock);
    if (error.kind === "key") place.querySelector("button").textContent = "Enter the key";
  }
}

async function show(response) {
  const text = await response.text();
  if (!response.headers.get("Content-Type").startsWith("text/html")) {
    const plain = document.createElement("pre");
    plain.tabIndex = 0;
    plain.textContent = text;
    return main.replaceChildren(plain);
  }
  const came = new DOMParser().parseFromString(text, "text/html");
  document.title = came.title;
  const images = [...came.querySelectorAll("main img[src]")];
  await Promise.all(images.map(withKey));
  return main.replaceChildren(...came.getElementById("main").childNodes);
}

// An image needs the key as well, which a browser does not send by itself.
async function withKey(image) {
  const address = new URL(image.getAttribute("src"), location.href);
  try {
    const { blob } = await ask(address, { as: "blob" });
    image.src = URL.createObjectURL(blob);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}

unlock();
