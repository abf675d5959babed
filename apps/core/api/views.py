"""The base of every view: validated input, paged output. What does not belong here: any endpoint."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.utils.datastructures import MultiValueDict
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from apps.core import errors, services
from apps.core.api import sharing
from apps.core.api.drawing import drawn
from apps.core.csv_export import CsvFile
from apps.core.enums import RateScope

PAGE_KEYS = ("page", "page_size")


class View(APIView):
    """An endpoint that needs a signed-in user.

    ``required_permissions`` maps a method to the permission code it needs; ``entitled_methods`` need a trial or
    subscription in force as well; ``rate_scopes`` maps a method to what it counts as, where that is not USER or,
    without a user, ANONYMOUS.
    """

    rate_scopes: ClassVar[Mapping[str, RateScope]] = {}
    # Methods that a script with an API key may use without a permission: those that change nothing.
    key_methods: ClassVar[frozenset[str]] = frozenset({"GET", "HEAD", "OPTIONS"})

    required_permissions: ClassVar[Mapping[str, str]] = {}
    entitled_methods: ClassVar[frozenset[str]] = frozenset()

    @property
    def user(self) -> Any:
        """The signed-in account: AccessPermission has refused everybody else. Its class lives above core."""
        return self.request.user

    @property
    def credential(self) -> Any:
        """What the request was signed in with, as the authentication gave it."""
        return self.request.auth

    def check_throttles(self, request: Request) -> None:
        """Count the request, of the user or of an address without one, before any input is read.

        :raises RateLimited: if the caller asks too often
        """
        if settings.RATE_LIMITS and sharing.COUNTED not in request.META:
            user_id = getattr(request.user, "pk", None)
            default = RateScope.ANONYMOUS if user_id is None else RateScope.USER
            who = str(client_ip(request) if user_id is None else user_id)
            services.check_rate(scope=self.rate_scopes.get(request.method or "", default), who=who)

    def body(self, serializer_class: type[BaseSerializer[Any]], *, partial: bool = False) -> dict[str, Any]:
        """The validated body of the request.

        :raises ValidationFailed: if a field of a form is sent twice
        :raises ValidationError: naming the fields
        """
        given = self.request.data
        if isinstance(given, MultiValueDict):
            _check_once(given, message="Send this field only once.")
        return _validated(_reader(serializer_class, partial=partial), given)  # type: ignore[arg-type]

    def query(self, serializer_class: type[BaseSerializer[Any]]) -> dict[str, Any]:
        """The validated query parameters.

        :raises ValidationFailed: if a parameter is sent twice, or is no UTF-8
        :raises ValidationError: naming the parameters
        """
        given: QueryDict = self.request.query_params
        _check_once(given, message="Send this parameter only once.")
        _check_text(given)
        return _validated(_reader(serializer_class, partial=False), given.dict())  # type: ignore[arg-type]

    def page(
        self,
        rows: QuerySet[Any, Any] | Sequence[Any],
        serializer_class: type[BaseSerializer[Any]],
        *,
        params: Mapping[str, Any],
    ) -> Response:
        """One page of a list, with links to its neighbours.

        One row more than the page has room for is read: where there is none, all rows need not be counted.
        """
        number, size = params["page"], params["page_size"]
        start = (number - 1) * size
        found = list(rows[start : start + size + 1])
        is_last = len(found) <= size and bool(found or not start)
        count = start + len(found) if is_last else rows.count() if isinstance(rows, QuerySet) else len(rows)
        return Response(
            {
                "count": count,
                "next": self._link(number + 1) if start + size < count else None,
                "previous": self._link(number - 1) if number > 1 else None,
                "results": [drawn(serializer_class, row) for row in found[:size]],
            }
        )

    def _link(self, number: int) -> str:
        request: Request = self.request
        query = request.query_params.copy()
        query["page"] = str(number)
        return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


class PublicView(View):
    """An endpoint that everybody may call; credentials are not even looked at."""

    authentication_classes = ()
    permission_classes = (AllowAny,)


def download(file: CsvFile) -> StreamingHttpResponse:
    """A CSV file as the answer."""
    return StreamingHttpResponse(
        file.lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file.filename}"'},
    )


def answer(content: bytes | Iterator[bytes], *, headers: Mapping[str, str]) -> HttpResponse | StreamingHttpResponse:
    """A file as the answer: whole with its length, or piece by piece as it is made."""
    if isinstance(content, bytes):
        return HttpResponse(content, headers=headers)
    return StreamingHttpResponse(content, headers=headers)


def filters(params: Mapping[str, Any]) -> dict[str, Any]:
    """The query of a list without its paging: what the selector takes."""
    return {name: value for name, value in params.items() if name not in PAGE_KEYS}


def client_ip(request: Request) -> str | None:
    """The address that the request came from, or None where the server does not know it.

    Behind n trusted proxies (NUM_PROXIES) it is the n-th from the right of X-Forwarded-For; what stands left of it
    is the client's own word.
    """
    proxies: int = settings.REST_FRAMEWORK["NUM_PROXIES"]
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    address = hops[-proxies] if 0 < proxies <= len(hops) else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ipaddress.ip_address(address.partition("%")[0]))
    except ValueError:
        return None


def _check_once(given: MultiValueDict[str, Any], *, message: str) -> None:
    """Refuse what is sent twice: which of the two is meant cannot be known."""
    problem = [{"code": "repeated", "message": message}]
    repeated = {name: problem for name, values in given.lists() if len(values) > 1}
    if repeated:
        raise errors.ValidationFailed(details={"fields": repeated})


def _check_text(given: QueryDict) -> None:
    """Refuse bytes that are no UTF-8: the framework has put this letter in their place, and would look for that."""
    problem = [{"code": "invalid", "message": "Send text in UTF-8."}]
    broken = {name: problem for name, value in given.items() if "\ufffd" in value}
    if broken:
        raise errors.ValidationFailed(details={"fields": broken})


@cache
def _reader(kind: Any, *, partial: bool) -> BaseSerializer[Any]:
    """The one instance of a serializer that reads every request: to copy its fields takes longer than to read."""
    reader: BaseSerializer[Any] = kind(partial=partial)
    return reader


def _validated(reader: BaseSerializer[Any], given: object) -> dict[str, Any]:
    values: dict[str, Any] = reader.run_validation(given)
    return values
