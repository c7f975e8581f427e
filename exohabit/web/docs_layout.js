// Layout of the API's description: as Swagger UI's own, but accessible. It has one main landmark, no
// level of headings is left out, no link stands within a button, and every field has a name.

function AccessibleLayout({ React }) {
  const make = React.createElement;

  function Layout({ getComponent, specSelectors }) {
    const show = (name, isContainer = true) => make(getComponent(name, isContainer));
    if (specSelectors.loadingStatus() !== "success") return show("BaseLayout");
    const wrap = (part) => make("div", { className: "wrapper" }, part);
    return make(
      "div",
      { className: "swagger-ui" },
      show("SvgAssets"),
      show("errors"),
      make("div", { className: "information-container wrapper" }, show("InfoContainer")),
      specSelectors.securityDefinitions() && wrap(show("AuthorizeBtnContainer")),
      make("h2", { className: "unseen" }, "Requests"),
      wrap(show("operations")),
      wrap(show("Models")),
    );
  }

  // In the button of a request, where Swagger UI has a link.
  const DeepLink = ({ text }) => make("span", null, text);

  return { components: { Layout, DeepLink } };
}

// Adds accessible names to fields that have no label, and to the tables of answers; lets the
// keyboard scroll examples.
function nameParts(place) {
  for (const field of place.querySelectorAll(":is(select, input, textarea):not([aria-label])")) {
    const parameter = field.closest("tr[data-param-name]")?.dataset.paramName;
    if (parameter) field.ariaLabel = parameter;
    else if (field.matches(".body-param__text")) field.ariaLabel = "Request body";
  }
  for (const table of place.querySelectorAll(".responses-table:not([aria-label])")) {
    const operation = table.closest(".opblock");
    const method = operation.querySelector(".opblock-summary-method").textContent;
    const { path } = operation.querySelector(".opblock-summary-path").dataset;
    const what = table.matches(".live-responses-table") ? "Answer" : "Possible answers";
    table.ariaLabel = `${what} of ${method} ${path}`;
  }
  for (const button of place.querySelectorAll(".close-modal")) button.ariaLabel = "Close";
  for (const heading of place.querySelectorAll(".modal-ux-header h3")) heading.ariaLevel = "2";
  for (const heading of place.querySelectorAll(".auth-container h4")) heading.ariaLevel = "3";
  for (const example of place.querySelectorAll("pre.microlight:not([tabindex])")) {
    example.tabIndex = 0;
  }
}

const docs = document.getElementById("docs");
new MutationObserver(() => nameParts(docs)).observe(docs, { childList: true, subtree: true });
