// Shows a Failure of api.js in an element: what happened, and a button to try again.
export function showFailure(place, failure, again) {
  const box = document.createElement("div");
  box.className = "failure";
  box.setAttribute("role", "alert");
  const text = document.createElement("p");
  text.textContent = failure.message;
  box.append(text);
  place.replaceChildren(box);
  if (again) box.append(retryButton(failure.seconds, again));
  if (again && failure.kind === "offline") {
    window.addEventListener("online", () => box.isConnected && again(), { once: true });
  }
}

// The button can be pressed when the service said that it is worth trying again.
function retryButton(seconds, again) {
  const button = document.createElement("button");
  button.type = "button";
  button.addEventListener("click", () => again());
  const end = Date.now() + seconds * 1000;
  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    button.disabled = left > 0;
    button.textContent = left > 0 ? `Try again in ${left} s` : "Try again";
    if (left > 0) setTimeout(tick, 250);
  };
  tick();
  return button;
}
