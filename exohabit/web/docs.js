// Shows the API's description, planets first; requests can be sent without a further click.
// requestSnippetsEnabled stays off: its commands for PowerShell 5 and cmd quote JSON wrongly.
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  tagsSorter: "alpha",
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
