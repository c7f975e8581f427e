// Shows the API's description, planets before the service; every request can be tried at once.
// requestSnippetsEnabled stays off: its PowerShell 5 and cmd commands do not quote JSON as needed.
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
