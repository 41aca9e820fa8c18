"""OpenAPI 3 documents (https://spec.openapis.org/oas/): which of their operations can be checked without harm."""

from wherry.commands.check.init.openapi.document import MAX_BYTES, claims_to_be_openapi, parse
from wherry.commands.check.init.openapi.drafting import draft

__all__ = ["MAX_BYTES", "claims_to_be_openapi", "draft", "parse"]
