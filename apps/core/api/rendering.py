"""Writing JSON. What does not belong here: what is written."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson
from django.utils.functional import Promise
from rest_framework.renderers import BaseRenderer


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
        return orjson.dumps(data, default=_plain, option=orjson.OPT_SERIALIZE_NUMPY)


def _plain(value: object) -> str:
    if isinstance(value, Decimal | Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
