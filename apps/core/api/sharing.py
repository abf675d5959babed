"""Answers that are kept: about the market, the same for everybody, for a moment; of a row, while it is as it was.

What does not belong here: who may ask, which version a row has.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from functools import partial, wraps
from threading import Lock
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.rendering import ORJSONRenderer

Get = Callable[..., Response]
MOST_KEPT, LARGEST_KEPT = 256, 128 * 1024
# Under these names the environment of a request says that its answer is a shared one, and that it has been counted.
MARK, COUNTED = "papertrade.shared", "papertrade.counted"


class Version(NamedTuple):
    """The state of what was answered with, and how to find its present one for a user; None where there is none."""

    found: str
    find: Callable[..., str | None]

    def holds(self, user: Any) -> bool:
        """Whether the user finds it in the same state. The class of the user lives above core."""
        return self.find(user=user) == self.found


class Shared(NamedTuple):
    """An answer that is anybody's who may ask the view: the route that led to it, and until when it is good.

    With a version it is theirs alone who find it so.
    """

    view: type[Any]
    route: str
    until: float
    version: Version | None = None


class Dated(Protocol):
    """What is good until a moment of the monotonic clock."""

    @property
    def until(self) -> float:
        """The moment."""


Answer = TypeVar("Answer", bound=Dated)


class Shelf(Generic[Answer]):
    """The newest answers of a process by what they answer: so many, none large, each for as long as it is good."""

    def __init__(self) -> None:
        self._answers: dict[object, Answer] = {}
        self._lock = Lock()

    def find(self, question: object) -> Answer | None:
        """The answer, if it is kept and still good."""
        kept = self._answers.get(question)
        return kept if kept is not None and clock.monotonic() < kept.until else None

    def keep(self, question: object, answer: Answer, *, size: int = 0) -> None:
        """Keep an answer of so many bytes, in place of the oldest where there is no room."""
        if size <= LARGEST_KEPT:
            with self._lock:
                self._answers.pop(question, None)
                self._answers[question] = answer
                if len(self._answers) > MOST_KEPT:
                    self._answers.pop(next(iter(self._answers)))

    def clear(self) -> None:
        """Keep nothing more."""
        with self._lock:
            self._answers.clear()


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
        kept = _shelf.find(path)
        if kept is None:
            kept = _made(get(view, request, **places).data, until=_end())
            if settings.SHARED_ANSWER_SECONDS:
                _shelf.keep(path, kept, size=len(kept.body))
        _mark(request, view=view, until=kept.until)
        return _said(request, kept)

    return answer


def lent(get: Get) -> Callable[..., HttpResponse]:
    """Answer a GET that everybody has the same answer to with an ETag, worked out anew unless it is given ahead.

    There it is kept until its moment is over or a change recalls it: for what administrators edit.
    """

    @wraps(get)
    def answer(view: Any, request: Request, **places: Any) -> HttpResponse:
        until = _end()
        kept = _made(get(view, request, **places).data, until=until)
        _mark(request, view=view, until=until)
        return _said(request, kept)

    return answer


def versioned(find_version: Callable[..., str | None]) -> Callable[[Get], Callable[..., HttpResponse]]:
    """Answer a GET of a user's own row with an ETag, worked out once for a version, each time where there is none.

    ``find_version`` takes the user and the places of the path; what it finds names whose answer it is and the state
    of all that is answered with, and is asked for each time, so that an answer is never an old one or a stranger's.
    """

    def kept_while_it_holds(get: Get) -> Callable[..., HttpResponse]:
        @wraps(get)
        def answer(view: Any, request: Request, **places: Any) -> HttpResponse:
            find = partial(find_version, **{name: str(place) for name, place in places.items()})
            version = find(user=view.user)
            kept = _shelf.find(version) if version is not None else None
            if kept is None:
                kept = _made(get(view, request, **places).data, until=math.inf)
                if version is not None:
                    _shelf.keep(version, kept, size=len(kept.body))
            if version is not None:
                _mark(request, view=view, until=kept.until, version=Version(version, find))
            return _said(request, kept)

        return answer

    return kept_while_it_holds


def forget() -> None:
    """Forget every answer."""
    _shelf.clear()


_shelf: Shelf[Kept] = Shelf()


def _made(data: Any, *, until: float) -> Kept:
    body = ORJSONRenderer().render(data)
    return Kept(body, f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"', until)


def _said(request: Request, kept: Kept) -> HttpResponse:
    """The answer, or that the client has it already."""
    response = HttpResponse(kept.body, content_type=ORJSONRenderer.media_type)
    response["ETag"] = kept.etag
    conditional = get_conditional_response(request._request, etag=kept.etag, response=response)  # noqa: SLF001
    return conditional or response


def _mark(request: Request, *, view: Any, until: float, version: Version | None = None) -> None:
    place = request.resolver_match
    if place is not None:
        request.META[MARK] = Shared(type(view), place.route, until, version)


def _end() -> float:
    seconds: float = settings.SHARED_ANSWER_SECONDS
    return clock.monotonic() + seconds
