// Suggestions under a text field, as the ARIA pattern of an editable combobox with a list.
import { Failure, ask } from "./api.js";

const PAUSE = 120; // milliseconds without a key press, until names are asked for

export function attachCombobox(input, list, choose) {
  const set = (name, value) => input.setAttribute(name, value);
  set("role", "combobox");
  set("aria-autocomplete", "list");
  set("aria-controls", list.id);
  set("aria-expanded", "false");
  let active = -1;
  let timer = 0;
  let running = new AbortController();

  const options = () => [...list.children];

  function close() {
    clearTimeout(timer);
    running.abort();
    list.hidden = true;
    active = -1;
    set("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function activate(index) {
    const all = options();
    active = (index + all.length) % all.length;
    all.forEach((each, i) => each.setAttribute("aria-selected", String(i === active)));
    all[active].scrollIntoView({ block: "nearest" });
    set("aria-activedescendant", all[active].id);
  }

  function open(names) {
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.replaceChildren(
      ...names.map((name, i) => {
        const option = document.createElement("li");
        option.id = `suggestion-${i}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.textContent = name;
        return option;
      }),
    );
    list.hidden = names.length === 0;
    set("aria-expanded", String(names.length > 0));
  }

  async function suggest() {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    const query = new URLSearchParams({ q: input.value.slice(0, 200) });
    try {
      const { data } = await ask(`planets/suggest?${query}`, { signal });
      if (document.activeElement === input && !signal.aborted) open(data.names);
    } catch (error) {
      // Suggestions are a help: without them the name can still be entered.
      if (error.name !== "AbortError" && !(error instanceof Failure)) throw error;
      if (error instanceof Failure) close();
    }
  }

  function take(name) {
    close();
    input.value = name;
    choose(name);
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value.trim()) timer = setTimeout(suggest, PAUSE);
    else close();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (!list.hidden) event.preventDefault();
      close();
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      take(options()[active].textContent);
    } else if (event.key === "Enter") {
      close();
    } else if (["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      if (list.hidden) suggest();
      else activate(event.key === "ArrowDown" ? active + 1 : Math.max(active, 0) - 1);
    }
  });
  input.addEventListener("blur", close);
  // Before the blur that closes the list.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("li");
    if (option) take(option.textContent);
  });
}
