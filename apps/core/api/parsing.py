"""Reading JSON that may be hostile. What does not belong here: the shape of any one body (serializers)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.parsers import BaseParser

from apps.core import errors

MAX_DEPTH = 32
MAX_NODES = 20_000
MAX_TEXT_CHARS = 65_536
MAX_NUMBER = 2**63 - 1


class StrictJSONParser(BaseParser):
    """JSON objects only: no duplicate keys, NaN, NUL, lone surrogates, deep nesting or giant numbers."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The body as a dict.

        :raises ParseFailed: if it is not a JSON object that this API reads
        :raises RequestDataTooBig: if it is longer than DATA_UPLOAD_MAX_MEMORY_SIZE; the framework does not count here
        """
        limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise RequestDataTooBig
        try:
            document = json.loads(
                raw.decode("utf-8") or "{}", object_pairs_hook=_unique_keys, parse_constant=_refuse_constant
            )
        except (ValueError, RecursionError) as error:
            raise errors.ParseFailed from error
        if not isinstance(document, dict):
            raise errors.ParseFailed("The body must be a JSON object.")
        _check(document)
        return document


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = dict(pairs)
    if len(keys) != len(pairs):
        raise errors.ParseFailed("The body names a key twice.")
    return keys


def _refuse_constant(name: str) -> None:
    raise errors.ParseFailed(f"{name} is not a JSON number.")


def _check(document: dict[str, Any]) -> None:
    """Walk the document once, without recursion, and refuse what the database or the code could choke on."""
    pending: list[tuple[object, int]] = [(document, 1)]
    nodes = 0
    while pending:
        value, depth = pending.pop()
        nodes += 1
        if nodes > MAX_NODES or depth > MAX_DEPTH:
            raise errors.ParseFailed("The body is nested too deeply or has too many values.")
        if isinstance(value, dict):
            pending.extend((part, depth + 1) for pair in value.items() for part in pair)
        elif isinstance(value, list):
            pending.extend((part, depth + 1) for part in value)
        else:
            _check_scalar(value)


def _check_scalar(value: object) -> None:
    if isinstance(value, str):
        if len(value) > MAX_TEXT_CHARS or "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value):
            raise errors.ParseFailed("A text is too long or holds characters that cannot be stored.")
    elif isinstance(value, int | float) and abs(value) > MAX_NUMBER:
        raise errors.ParseFailed("A number is too large.")
