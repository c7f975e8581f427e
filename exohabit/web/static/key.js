// The API key: asked for in a dialog, and kept for the session of this tab only.
const NAME = "exohabit-key";
let inMemory = ""; // where a browser allows no storage
let question = null;

export function currentKey() {
  try {
    return sessionStorage.getItem(NAME) ?? inMemory;
  } catch {
    return inMemory;
  }
}

// Forgets a key that the service refused, unless another one was entered meanwhile.
export function rejectKey(key) {
  if (key && key === currentKey()) forgetKey();
}

export function forgetKey() {
  store("");
}

// Asks for a key, once however many requests wait for it; resolves to "" if it is refused.
export function askForKey(reason) {
  question ??= open(reason).finally(() => {
    question = null;
  });
  return question;
}

function store(key) {
  inMemory = key;
  try {
    if (key) sessionStorage.setItem(NAME, key);
    else sessionStorage.removeItem(NAME);
  } catch {
    // It stays in memory.
  }
  showForget();
}

function showForget() {
  const button = document.getElementById("forget-key");
  if (button) button.hidden = !currentKey();
}

function open(reason) {
  const dialog = document.createElement("dialog");
  dialog.className = "card";
  dialog.setAttribute("aria-labelledby", "key-title");
  dialog.innerHTML = `
    <form method="dialog">
      <h2 id="key-title">This service needs an API key</h2>
      <p class="note" id="key-reason"></p>
      <label for="key">API key</label>
      <input id="key" type="password" autocomplete="off" required aria-describedby="key-reason">
      <p class="help">It is kept in this tab until you close it, and sent to this service only.</p>
      <p class="actions"><button class="primary" value="use">Use this key</button>
      <button type="button" class="plain">Not now</button></p>
    </form>`;
  dialog.querySelector("#key-reason").textContent = reason ?? "";
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.querySelector(".plain").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      const key = dialog.returnValue === "use" ? dialog.querySelector("#key").value.trim() : "";
      dialog.remove();
      if (key) store(key);
      resolve(key);
    });
    dialog.showModal();
  });
}

document.getElementById("forget-key")?.addEventListener("click", forgetKey);
showForget();
