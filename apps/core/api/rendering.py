"""Writing JSON. What does not belong here: what is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import orjson
from django.utils.functional import Promise
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from apps.core import json_text


class ORJSONRenderer(BaseRenderer):
    """JSON by orjson; numpy arrays as lists, decimals as strings."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "text"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """The bytes of the answer; nothing at all for None."""
        if data is None:
            return b""
        return json_text.dumps(data, default=_plain, option=orjson.OPT_SERIALIZE_NUMPY)


class FileNegotiation(BaseContentNegotiation):
    """For views that answer with a file: ``Accept: text/csv`` is no reason to refuse. Errors stay JSON."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """Bodies are JSON."""
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """JSON, for what is not the file."""
        renderer = next(iter(renderers))
        return renderer, renderer.media_type or ""


def _plain(value: object) -> str:
    if isinstance(value, Decimal | Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
