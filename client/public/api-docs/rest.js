// The page /docs (server/features/docs/pages.ts): Swagger UI shows the OpenAPI document of this server.
globalThis.SwaggerUIBundle({
  url: 'api/openapi.json',
  dom_id: '#calls',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  // Its validator is a service of another origin.
  validatorUrl: null,
})
