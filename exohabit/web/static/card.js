// Opens the list of sections where there is room for it beside the card.
const contents = document.getElementById("contents");
const wide = matchMedia("(min-width: 60rem)");

function follow() {
  if (contents) contents.open = wide.matches;
}

wide.addEventListener("change", follow);
follow();
