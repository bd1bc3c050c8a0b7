"""The catalog's events as one AsyncAPI 3.0 document."""

from interlock_codegen.exports.asyncapi.document import AsyncApi, asyncapi
from interlock_codegen.exports.asyncapi.payloads import FORMATS, SchemaFormat

__all__ = ["FORMATS", "AsyncApi", "SchemaFormat", "asyncapi"]
