"""How the OpenAPI document is made: tags, the error envelope. What does not belong here: single endpoints."""

from __future__ import annotations

import re
from typing import Any

from django.utils.module_loading import import_string
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.settings import spectacular_settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The same key with the same body gives the first answer again; with another body, 409.",
)
# Up to the first mark that ends a thought.
FIRST_SENTENCE = re.compile(r"[.:;](?:\s|$)")
ENVELOPE_REF = "#/components/schemas/Error"
ENVELOPE = {
    "type": "object",
    "description": "The answer to every request that failed.",
    "required": ["status", "code", "message", "details", "request_id"],
    "properties": {
        "status": {"type": "string", "enum": ["error"]},
        "code": {"type": "string", "description": "Stable, upper snake case; docs/errors.md lists them."},
        "message": {"type": "string", "description": "One sentence for people."},
        "details": {
            "type": "object",
            "additionalProperties": True,
            "description": "The fields of a validation failure (details.fields), or the figures of a refusal.",
        },
        "request_id": {"type": "string"},
    },
    "example": {
        "status": "error",
        "code": "NOT_FOUND",
        "message": "There is nothing here.",
        "details": {},
        "request_id": "0b6c0d5f4a9e4d0f8a3a4c5d6e7f8a9b",
    },
}


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The access token in the Authorization header, or a key in its place or in one of its own."""

    target_class = "apps.users.views.access.BearerAuthentication"
    name = ["bearer", "apiKey"]

    def get_security_definition(self, auto_schema: AutoSchema) -> list[dict[str, str]]:
        """What generated clients read."""
        return [
            {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "An access token or API key."},
            {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "A personal API key."},
        ]

    def get_security_requirement(self, auto_schema: AutoSchema) -> list[dict[str, list[str]]]:
        """Either, where the view takes keys."""
        keys: list[dict[str, list[str]]] = [{"apiKey": []}] if getattr(auto_schema.view, "key_methods", None) else []
        return [{"bearer": []}, *keys]


class EnvelopeSchema(AutoSchema):
    """One tag a resource: the first part of the path below /api/v1/."""

    def get_tags(self) -> list[str]:
        """The resource that the path is about."""
        parts = [part for part in self.path.removeprefix("/api/v1/").split("/") if part]
        return [parts[0]]


def keep_api_paths(endpoints: list[tuple[str, str, str, Any]], **_: object) -> list[tuple[str, str, str, Any]]:
    """Leave out what is served a second time outside /api/v1/ (the health probes)."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]


def name_parameter_enums(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """Let query parameters refer to named enums, as bodies do by the library's own hook."""
    schemas = result["components"]["schemas"]
    names = {tuple(sorted(schema["enum"])): name for name, schema in schemas.items() if "enum" in schema}
    for name, choices in spectacular_settings.ENUM_NAME_OVERRIDES.items():
        known = import_string(choices) if isinstance(choices, str) else choices
        values = getattr(known, "values", known)
        names.setdefault(tuple(sorted(values)), name)
    for parameter in _parameters_with_choices(result):
        schema = parameter["schema"]
        name = names.setdefault(tuple(sorted(schema["enum"])), _enum_name(schema["enum"]))
        schemas.setdefault(name, {"enum": schema["enum"], "type": "string"})
        default = {"default": schema["default"]} if "default" in schema else {}
        parameter["schema"] = {"allOf": [{"$ref": f"#/components/schemas/{name}"}], **default}
    return result


def _enum_name(choices: list[str]) -> str:
    """What an enum is called that no body and no override names: after its choices, so that no two share a name."""
    return "".join(word.capitalize() for choice in choices for word in re.findall(r"[A-Za-z0-9]+", choice)) + "Enum"


def _parameters_with_choices(result: dict[str, Any]) -> list[dict[str, Any]]:
    operations = [operation for path in result["paths"].values() for operation in path.values()]
    parameters = [parameter for operation in operations for parameter in operation.get("parameters", [])]
    return [parameter for parameter in parameters if "enum" in parameter["schema"]]


def add_error_envelope(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """Give every operation the error envelope as its default response."""
    result["components"]["schemas"]["Error"] = ENVELOPE
    response = {
        "description": "The request failed.",
        "content": {"application/json": {"schema": {"$ref": ENVELOPE_REF}}},
    }
    for path in result["paths"].values():
        for operation in path.values():
            operation["responses"]["default"] = response
    return result


def add_summaries(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """Give every operation the first sentence of its description as its title on the pages of the API."""
    for path in result["paths"].values():
        for operation in path.values():
            operation["summary"] = FIRST_SENTENCE.split(operation["description"], maxsplit=1)[0]
    return result


def page_of(serializer_class: type[serializers.BaseSerializer[Any]]) -> serializers.BaseSerializer[Any]:
    """The schema of a page of these, for extend_schema(responses=...)."""
    name = serializer_class.__name__.removesuffix("Out")
    return inline_serializer(
        name=f"{name}Page",
        fields={
            "count": serializers.IntegerField(),
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": serializer_class(many=True),
        },
    )
