"""Answers about the market, the same for everybody, kept for a moment. What does not belong here: whose they are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.rendering import ORJSONRenderer

Get = Callable[..., Response]
MOST_KEPT, LARGEST_KEPT = 256, 128 * 1024


class Kept(NamedTuple):
    """The bytes of an answer, the hash of them, and until when they are good by the monotonic clock."""

    body: bytes
    etag: str
    until: float


def shared(get: Get) -> Callable[..., HttpResponse]:
    """Answer a GET that depends on its path and query alone with an ETag of the content, worked out once a moment.

    Whether the caller may ask has been judged before. A process keeps an answer for settings.SHARED_ANSWER_SECONDS;
    refusals and large answers are not kept.
    """

    @wraps(get)
    def answer(view: Any, request: Request, **places: Any) -> HttpResponse:
        path = request.get_full_path()
        kept = _find(path)
        if kept is None:
            body = ORJSONRenderer().render(get(view, request, **places).data)
            kept = _keep(path, body)
        response = HttpResponse(kept.body, content_type=ORJSONRenderer.media_type)
        response["ETag"] = kept.etag
        conditional = get_conditional_response(request._request, etag=kept.etag, response=response)  # noqa: SLF001
        return conditional or response

    return answer


def forget() -> None:
    """Forget every answer."""
    with _lock:
        _answers.clear()


_answers: dict[str, Kept] = {}
_lock = Lock()


def _find(path: str) -> Kept | None:
    kept = _answers.get(path)
    return kept if kept is not None and clock.monotonic() < kept.until else None


def _keep(path: str, body: bytes) -> Kept:
    kept = Kept(body, f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"', _end())
    if len(body) <= LARGEST_KEPT and settings.SHARED_ANSWER_SECONDS:
        with _lock:
            _answers.pop(path, None)
            _answers[path] = kept
            if len(_answers) > MOST_KEPT:
                _answers.pop(next(iter(_answers)))
    return kept


def _end() -> float:
    seconds: float = settings.SHARED_ANSWER_SECONDS
    return clock.monotonic() + seconds
