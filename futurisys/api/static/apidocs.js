// Swagger UI obeys ?url= and ?configUrl=, which would show a stranger's document under our address.
history.replaceState(null, "", location.pathname + location.hash);

SwaggerUIBundle({
  url: document.getElementById("swagger-ui").dataset.document,
  dom_id: "#swagger-ui",
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
});
