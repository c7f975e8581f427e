// Shows the API's description, planets first; requests can be sent without a further click.
// requestSnippetsEnabled stays off: its commands for PowerShell 5 and cmd quote JSON wrongly.

// Folds away errors and limits of values, which few people send: 33 of 44 fields of a planet.
const IS_DETAIL = /(err1|err2|lim)$/;

function FoldDetails({ React }) {
  const Folding = (Original) =>
    function Parameters(properties) {
      const [isOpen, setOpen] = React.useState(false);
      const names = properties.parameters.map((each) => each.get("name") ?? "");
      const count = names.filter((name) => IS_DETAIL.test(name)).size;
      const button = React.createElement(
        "button",
        { type: "button", className: "btn details", onClick: () => setOpen(!isOpen), "aria-expanded": isOpen },
        isOpen ? "Hide errors and limits" : `Show ${count} errors and limits of values`,
      );
      return React.createElement(
        "div",
        { className: isOpen ? "" : "folded" },
        React.createElement(Original, properties),
        count > 0 && React.createElement("div", { className: "opblock-section" }, button),
      );
    };
  return { wrapComponents: { parameters: Folding } };
}

const dark = matchMedia("(prefers-color-scheme: dark)");
const followScheme = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", followScheme);
followScheme();

SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  tagsSorter: "alpha",
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  syntaxHighlight: { theme: "obsidian" }, // the usual one has too little contrast
  plugins: [AccessibleLayout, FoldDetails],
  layout: "Layout",
});
