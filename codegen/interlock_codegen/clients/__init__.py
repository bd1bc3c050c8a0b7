"""From the OpenAPI documents of API products to typed clients."""
