"""The application as the web server calls it, with what it keeps ahead. What does not belong here: assertions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

from apps.users import services as users_services
from apps.users.models import User
from config import ahead

Answer = tuple[str, dict[str, str], bytes]


class Server:
    """Asks the application as the web server does, and counts what reaches the framework."""

    def __init__(self, user: User) -> None:
        self.sign_in(user)
        self.woken = 0
        self._framework = WSGIHandler()
        self._application = ahead.Ahead(self._wake)
        # A process keeps nothing before it has counted a request, and a pass from the next one on.
        for _ in range(2):
            self.get("/api/v1/stocks/?search=nothing")
        self.woken = 0

    def _wake(self, environ: Any, start: Any) -> Any:
        self.woken += 1
        return self._framework(environ, start)

    def sign_in(self, user: User) -> None:
        """Ask as this user from now on."""
        self.token = users_services.issue_tokens(user=user).access_token

    def get(self, url: str, **headers: str) -> Answer:
        """The line, headers and body of the answer; headers of the request have underscores."""
        said: list[Any] = []
        headers = {"Authorization": f"Bearer {self.token}", **headers}
        request = RequestFactory().get(url, headers={name.replace("_", "-"): value for name, value in headers.items()})

        def start(line: str, given: list[tuple[str, str]], *_: Any) -> None:
            said[:] = line, dict(given)

        body: Iterable[bytes] = self._application(request.environ, start)
        line, given = said
        return line, given, b"".join(body)
