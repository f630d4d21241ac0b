if (window.SwaggerUIBundle) {
  window.SwaggerUIBundle({ url: '/api/v1/openapi.json', dom_id: '#viewer', deepLinking: true, validatorUrl: null });
} else {
  document.getElementById('absent').hidden = false;
}
