// DOM: new elements, and counts for people.

/** Returns a new element with a class and a text. */
export function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/** Returns a count for people: 6,074. */
export function count(number) {
  return number.toLocaleString("en");
}
