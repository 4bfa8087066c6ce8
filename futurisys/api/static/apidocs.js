// Only our own document is shown: ?url= and ?configUrl= in the address are not obeyed.
const page = document.getElementById("swagger-ui");

SwaggerUIBundle({
  url: page.dataset.document,
  dom_id: "#swagger-ui",
  validatorUrl: null,
  queryConfigEnabled: false,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
});
