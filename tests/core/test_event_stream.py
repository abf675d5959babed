"""The stream of events over real sockets, from a process and a broker of its own."""

from __future__ import annotations

import json
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection

from apps.core import events
from apps.core.events import EventKind, outbox
from apps.core.events.hub import MAX_STREAMS_A_USER
from apps.core.middleware import DATA_POLICY
from apps.users import services as users_services
from apps.users.models import Session, User
from scripts.house import state, valkey
from scripts.house.place import Place
from scripts.house.supervisor import Supervisor
from tests.conftest import client_of
from tests.core.streams import ROOT, Page, Server, environment, get, opened, until
from tests.factories.users import make_user

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


class Broker:
    """A Valkey that a test may stop and start."""

    def __init__(self, scratch: Path) -> None:
        self.place = Place(scratch / "valkey", state.socket_folder(scratch), scratch / "valkey.log")
        self.supervisor = Supervisor()
        self.url = ""

    def start(self) -> None:
        self.url = valkey.start(supervisor=self.supervisor, place=self.place, venv=ROOT / ".venv", lasting=True)

    def stop(self) -> None:
        self.supervisor.stop()

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url)


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    scratch = Path(tempfile.mkdtemp(prefix="papertrade-events-"))
    made = Broker(scratch)
    made.start()
    yield made
    made.stop()
    shutil.rmtree(scratch)


@pytest.fixture(scope="module")
def server(broker: Broker, django_db_setup: None) -> Iterator[Server]:
    base, _, _ = django_settings.DATABASE_URL.rpartition("/")
    made = Server(
        environ=environment(f"{base}/{connection.settings_dict['NAME']}", broker.url),
        log=broker.place.sockets / "events.log",
    )
    made.log.touch()
    with made.running():
        yield made


@pytest.fixture(autouse=True)
def _same_broker(broker: Broker, settings: Any) -> Iterator[None]:
    """The web side tells the same broker; each test begins with an empty one."""
    settings.REDIS_URL = broker.url
    yield
    while Page.opened:
        Page.opened.pop().close()
    broker.client().flushall()


def bearer(user: User) -> str:
    return f"Bearer {users_services.issue_tokens(user=user).access_token}"


def tell(user: User, number: int) -> None:
    events.publish(user_id=user.pk, kind=EventKind.JOB, payload={"number": number})


def test_an_event_reaches_every_page_of_its_user_and_nobody_else(server: Server, owner: User, stranger: User) -> None:
    first, second = (opened(server, Authorization=bearer(owner)) for _ in range(2))
    other = opened(server, Authorization=bearer(stranger))

    tell(owner, 1)
    tell(stranger, 2)

    assert first.event() == second.event() == ("job", {"number": 1})
    assert other.event() == ("job", {"number": 2})
    assert first.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert first.headers["cache-control"] == "no-store"


def test_a_page_that_comes_back_gets_what_it_missed_once_and_in_order(server: Server, owner: User) -> None:
    page = opened(server, Authorization=bearer(owner))
    tell(owner, 1)
    assert page.event() == ("job", {"number": 1})
    page.close()
    for number in (2, 3):
        tell(owner, number)

    again = opened(server, Authorization=bearer(owner), Last_Event_ID=page.last_id)
    tell(owner, 4)

    assert [again.event() for _ in range(3)] == [("job", {"number": number}) for number in (2, 3, 4)]


def test_a_page_that_was_cut_off_before_any_event_misses_none_either(server: Server, owner: User) -> None:
    tell(owner, 0)
    page = opened(server, Authorization=bearer(owner))
    page.close()
    tell(owner, 1)

    again = opened(server, query=f"?last_event_id={page.last_id}", Authorization=bearer(owner))

    assert again.event() == ("job", {"number": 1})


def test_who_missed_more_than_is_kept_is_told_to_read_anew(server: Server, owner: User, broker: Broker) -> None:
    tell(owner, 0)
    page = opened(server, Authorization=bearer(owner))
    page.close()
    for number in range(1, outbox.KEPT_EVENTS + 2):
        tell(owner, number)
    assert broker.client().xlen(outbox.stream_key(owner.pk)) == outbox.KEPT_EVENTS

    again = opened(server, Authorization=bearer(owner), Last_Event_ID=page.last_id)

    assert again.event() == ("reset", {})
    assert [again.event() for _ in range(outbox.KEPT_EVENTS)] == [
        ("job", {"number": number}) for number in range(2, outbox.KEPT_EVENTS + 2)
    ]


def test_the_largest_id_there_is_was_never_given_and_who_sends_it_reads_anew(server: Server, owner: User) -> None:
    tell(owner, 1)

    page = opened(server, Authorization=bearer(owner), Last_Event_ID=f"{2**64 - 1}-{2**64 - 1}")

    assert page.event() == ("reset", {})
    tell(owner, 2)
    assert page.event() == ("job", {"number": 2})


def test_a_ticket_is_good_once(server: Server, owner: User) -> None:
    given = client_of(owner).post("/api/v1/events/ticket", {})
    assert (given.status_code, given.json()["url"], given.json()["expires_in"]) == (201, "/api/v1/events", 30)
    ticket = given.json()["ticket"]

    page = opened(server, query=f"?ticket={ticket}")
    tell(owner, 1)
    assert page.event() == ("job", {"number": 1})
    page.close()

    second = Page(server, query=f"?ticket={ticket}")
    assert (second.status, second.body()["code"]) == (401, "INVALID_TOKEN")


def test_the_broker_knows_no_ticket_and_forgets_its_hash(owner: User, broker: Broker) -> None:
    ticket = client_of(owner).post("/api/v1/events/ticket", {}).json()["ticket"]

    (key,) = broker.client().keys("*ticket*")

    assert ticket.encode() not in key
    assert ticket.encode() not in (broker.client().get(key) or b"")
    assert 0 < broker.client().ttl(key) <= 30


@pytest.mark.parametrize(
    ("headers", "query", "status", "code"),
    [
        ({}, "", 401, "NOT_AUTHENTICATED"),
        ({"Authorization": "Bearer nonsense"}, "", 401, "INVALID_TOKEN"),
        ({}, "?ticket=nonsense", 401, "INVALID_TOKEN"),
        ({"Last_Event_ID": "yesterday"}, "", 400, "VALIDATION_ERROR"),
        ({"Last_Event_ID": f"{2**64}-0"}, "", 400, "VALIDATION_ERROR"),
        ({}, f"?last_event_id=0-{2**64}", 400, "VALIDATION_ERROR"),
        ({}, f"?last_event_id={'9' * 20}-{'9' * 20}", 400, "VALIDATION_ERROR"),
    ],
)
def test_a_refusal_is_the_envelope(server: Server, headers: dict[str, Any], query: str, status: int, code: str) -> None:
    page = Page(server, query=query, **headers)

    assert (page.status, page.body()["code"]) == (status, code)
    assert page.headers["content-type"] == "application/json"


def test_other_paths_and_methods_are_refused(server: Server) -> None:
    assert get(server, "/api/v1/stocks/") == 404
    assert get(server, "/health/live") == 200


@pytest.mark.parametrize("path", ["/api/v1/stocks/", "/health/live", "/api/v1/events"])
def test_every_answer_has_the_id_of_its_request_and_the_policies(server: Server, path: str) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as made:
        made.sendall(f"GET {path} HTTP/1.0\r\nHost: localhost\r\nX-Request-ID: page-0001\r\n\r\n".encode())
        head, _, body = b"".join(iter(lambda: made.recv(4096), b"")).partition(b"\r\n\r\n")

    said = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
    assert said[b"x-request-id"] == b"page-0001"
    assert json.loads(body).get("request_id", "page-0001") == "page-0001"
    assert said[b"content-security-policy"] == DATA_POLICY.encode()
    assert (said[b"x-content-type-options"], said[b"x-frame-options"]) == (b"nosniff", b"DENY")
    assert said[b"cache-control"] == b"no-store"


def test_a_user_has_so_many_pages_and_no_more(server: Server, owner: User) -> None:
    token = bearer(owner)
    pages = [opened(server, Authorization=token) for _ in range(MAX_STREAMS_A_USER)]

    refused = Page(server, Authorization=token)
    assert (refused.status, refused.body()["code"]) == (429, "TOO_MANY_STREAMS")

    pages.pop().close()
    until(lambda: Page(server, Authorization=token).status == 200, why="a closed page makes room")


@pytest.mark.parametrize("by_ticket", [False, True], ids=["by token", "by ticket"])
@pytest.mark.parametrize("change", ["disabled", "signed_out", "session_ended"])
def test_the_stream_of_a_user_who_may_no_longer_listen_ends(server: Server, change: str, by_ticket: bool) -> None:
    user = make_user(email=f"{change}-{by_ticket}@example.com")
    if by_ticket:
        page = opened(server, query=f"?ticket={client_of(user).post('/api/v1/events/ticket', {}).json()['ticket']}")
    else:
        page = opened(server, Authorization=bearer(user))
    (session,) = Session.objects.for_user(user)

    if change == "disabled":
        User.objects.filter(pk=user.pk).update(is_active=False)
    elif change == "signed_out":
        users_services.sign_out(user=user)
    else:
        users_services.end_session(session_id=session.pk, user=user)

    assert page.event() is None


def test_the_end_of_a_session_ends_its_own_streams_only(server: Server, owner: User) -> None:
    other, kept = opened(server, Authorization=bearer(owner)), opened(server, Authorization=bearer(owner))
    first, _ = Session.objects.for_user(owner).order_by("pk")

    users_services.end_session(session_id=first.pk, user=owner)

    assert other.event() is None
    tell(owner, 1)
    assert kept.event() == ("job", {"number": 1})


def test_a_ticket_of_a_session_that_has_ended_is_refused(server: Server, owner: User) -> None:
    ticket = client_of(owner).post("/api/v1/events/ticket", {}).json()["ticket"]
    users_services.end_other_sessions(user=owner, current=0)

    page = Page(server, query=f"?ticket={ticket}")

    assert (page.status, page.body()["code"]) == (401, "INVALID_TOKEN")


@pytest.mark.parametrize("header", ["Authorization", "X_API_Key"])
def test_a_program_listens_by_an_api_key_until_that_is_revoked(server: Server, owner: User, header: str) -> None:
    made = [
        users_services.make_api_key(user=owner, name=name, scopes=[], expires_at=None, device=users_services.Device())
        for name in ("revoked", "kept")
    ]
    texts = [f"Bearer {each.key}" if header == "Authorization" else each.key for each in made]
    revoked, kept = (opened(server, **{header: text}) for text in texts)
    tell(owner, 1)
    assert revoked.event() == kept.event() == ("job", {"number": 1})

    users_services.revoke_api_key(key_id=made[0].row.pk, user=owner)

    assert revoked.event() is None
    tell(owner, 2)
    assert kept.event() == ("job", {"number": 2})


def test_a_page_that_does_not_read_is_dropped_and_may_come_back(server: Server, owner: User, stranger: User) -> None:
    slow = opened(server, size=4096, Authorization=bearer(owner))
    brisk = opened(server, Authorization=bearer(stranger))
    payload = {"text": "x" * 60_000}

    def flooded() -> bool:
        for _ in range(20):
            events.publish(user_id=owner.pk, kind=EventKind.JOB, payload=payload)
        return "events_reader_dropped" in server.log.read_text()

    until(flooded, why="the page that does not read is dropped")
    tell(stranger, 1)
    assert brisk.event() == ("job", {"number": 1})
    while slow.event() is not None:
        pass

    again = opened(server, Authorization=bearer(owner), Last_Event_ID=slow.last_id)
    assert again.event() is not None


def test_a_process_that_starts_anew_goes_on_where_the_last_one_ended(server: Server, owner: User) -> None:
    other = Server(environ=server.environ, log=server.log)
    with other.running():
        page = opened(other, Authorization=bearer(owner))
        tell(owner, 1)
        assert page.event() == ("job", {"number": 1})
    assert page.event() is None
    tell(owner, 2)

    with other.running():
        again = opened(other, Authorization=bearer(owner), Last_Event_ID=page.last_id)
        assert again.event() == ("job", {"number": 2})


def test_an_open_page_goes_on_after_the_broker_was_away(server: Server, owner: User, broker: Broker) -> None:
    page = opened(server, Authorization=bearer(owner))
    tell(owner, 1)
    assert page.event() == ("job", {"number": 1})

    broker.stop()
    broker.start()
    tell(owner, 2)

    assert page.event() == ("job", {"number": 2})


def test_pages_of_the_origins_that_are_allowed_may_listen_and_no_others(server: Server, owner: User) -> None:
    token = bearer(owner)
    allowed = opened(server, Authorization=token, Origin="https://app.example")
    foreign = opened(server, Authorization=token, Origin="https://evil.example")

    assert allowed.headers["access-control-allow-origin"] == "https://app.example"
    assert "access-control-allow-origin" not in foreign.headers
