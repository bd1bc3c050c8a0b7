"""Documents for other tools, from the catalog: OpenAPI for its API products, AsyncAPI for its events."""
