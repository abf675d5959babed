"""Answers given before the framework is woken: the same to the letter, to those alone who may have them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from prometheus_client import REGISTRY

from apps.core import configuration
from apps.core import services as core_services
from apps.core.api import sharing
from apps.core.api.views import PublicView, View
from apps.core.enums import RateScope
from apps.core.middleware import SAFE_ID
from apps.stocks import services as stocks_services
from apps.stocks.models import Stock
from apps.users import services as users_services
from apps.users.models import Session, User
from config import ahead
from tests.core.conftest import Watch
from tests.core.served import Answer, Server
from tests.factories.stocks import make_daily_prices, make_stock

pytestmark = pytest.mark.django_db(transaction=True)

ACCOUNT_ONLY = 1
ONE_DAY = [("2025-01-10", "100.00", "100.00", "90.00", "100.00", 5)]
URL = "/api/v1/stocks/prices/daily?stock=TCS&start_date=2025-01-01&end_date=2025-01-31"
STOCKS = "/api/v1/stocks/"
HOSTS = ("127.0.0.1", "localhost")
NOBODY = "redis://127.0.0.1:1/0"


class Prices(Server):
    """Asks for the prices, unless it is told what else."""

    def get(self, url: str = URL, **headers: str) -> Answer:
        return super().get(url, **headers)


@pytest.fixture
def server(owner: User, watch: Watch, settings: Any) -> Prices:
    settings.RATE_LIMITS, settings.RATE_LIMIT_KEYS = True, uuid4().hex
    make_daily_prices(stock=make_stock(enum="TCS"), bars=ONE_DAY)
    return Prices(owner)


def test_the_same_answer_for_one_statement_and_then_for_none(server: Prices, django_assert_num_queries: Any) -> None:
    line, headers, body = server.get(X_Request_ID="first-one")
    with django_assert_num_queries(ACCOUNT_ONLY):
        server.get()
    with django_assert_num_queries(0):
        again = server.get(X_Request_ID="the-second")

    assert server.woken == 1
    assert again == (line, headers | {"X-Request-ID": "the-second"}, body)
    assert (line, headers["X-Request-ID"], headers["Content-Type"]) == ("200 OK", "first-one", "application/json")
    assert headers["Content-Length"] == str(len(body))


def test_an_id_that_is_not_sane_is_replaced(server: Prices) -> None:
    server.get()

    _, headers, _ = server.get(X_Request_ID="a b")

    assert server.woken == 1
    assert headers["X-Request-ID"] != "a b"
    assert SAFE_ID.fullmatch(headers["X-Request-ID"])


def test_after_its_moment_the_framework_is_asked_again(server: Prices, watch: Watch) -> None:
    server.get()
    watch.now = 100.999
    server.get()
    assert server.woken == 1

    watch.now = 101.0
    server.get()

    assert server.woken == 2


def test_a_session_that_is_ended_is_refused_with_the_next_request(server: Prices, owner: User) -> None:
    for _ in range(3):
        server.get()
    assert server.woken == 1
    users_services.end_session(session_id=Session.objects.for_user(owner).get().pk, user=owner)

    line, headers, body = server.get()

    assert (line, headers["WWW-Authenticate"]) == ("401 Unauthorized", "Bearer")
    assert b"INVALID_TOKEN" in body


def test_an_account_that_is_closed_is_refused_with_the_next_request(server: Prices, owner: User) -> None:
    server.get()
    User.objects.filter(pk=owner.pk).update(is_active=False)

    assert server.get()[0] == "401 Unauthorized"


@pytest.mark.parametrize("header", ["", "Bearer x", "Bearer é", "Basic abc", "Bearer ptk_unknown"])
def test_who_has_not_signed_in_gets_nothing(server: Prices, header: str) -> None:
    server.get()

    assert server.get(Authorization=header)[0] == "401 Unauthorized"


def test_another_user_has_the_answer_on_their_own_account(server: Prices, stranger: User) -> None:
    mine = server.get()
    server.sign_in(stranger)

    assert server.get()[2] == mine[2]
    assert server.woken == 1


def test_each_request_counts_and_the_first_above_the_limit_is_refused(server: Prices, settings: Any) -> None:
    settings.RATE_LIMIT_KEYS = uuid4().hex
    configuration.override("rate.user_per_minute", "5")

    lines = [server.get()[0] for _ in range(3)]
    core_services.recall_kept()
    lines += [server.get()[0] for _ in range(3)]

    assert lines == ["200 OK"] * 5 + ["429 Too Many Requests"]


def test_what_an_administrator_changes_shows_with_the_next_request(server: Prices, superadmin: User) -> None:
    """A list of stocks is kept for its second, and no moment longer than until somebody edits one."""
    for _ in range(2):
        before = server.get(STOCKS)
    assert server.woken == 1
    tcs = Stock.objects.get(enum="TCS")

    stocks_services.change_stock(user=superadmin, stock_id=tcs.pk, values={"symbol": "TCSX"}, ip_address=None)
    changed = server.get(STOCKS)
    stocks_services.create_stock(user=superadmin, values={"enum": "INFY", "exchange_suffix": "NSE"}, ip_address=None)
    added = server.get(STOCKS)
    stocks_services.deactivate_stock(user=superadmin, stock_id=tcs.pk, ip_address=None)
    gone = server.get(STOCKS)

    assert [
        [(row["symbol"], row["status"]) for row in orjson.loads(body)["results"]]
        for _, _, body in (before, changed, added, gone)
    ] == [
        [("TCS", "active")],
        [("TCSX", "active")],
        [("INFY", "active"), ("TCSX", "active")],
        [("INFY", "active"), ("TCSX", "inactive")],
    ]
    assert server.woken == 4


def test_a_change_while_the_answer_is_drawn_is_not_missed(server: Prices) -> None:
    def change(execute: Any, sql: str, *rest: Any) -> Any:
        read = execute(sql, *rest)
        if "stocks_stock" in sql and not changed:
            changed.append(sql)
            Stock.objects.update(symbol="TCSX")
            core_services.recall_kept()
            # Somebody else's request hears of it meanwhile.
            core_services.check_rate(scope=RateScope.USER, who="another")
        return read

    changed: list[str] = []
    with connection.execute_wrapper(change):
        before = server.get(STOCKS)

    assert [orjson.loads(body)["results"][0]["symbol"] for _, _, body in (before, server.get(STOCKS))] == [
        "TCS",
        "TCSX",
    ]


def test_a_list_has_the_links_of_the_host_that_was_asked(server: Prices) -> None:
    make_stock(enum="INFY")

    links = [
        orjson.loads(server.get(f"{STOCKS}?page_size=1", Host=host)[2])["next"] for host in HOSTS for _ in range(2)
    ]

    assert links == [f"http://{host}{STOCKS}?page_size=1&page=2" for host in HOSTS for _ in range(2)]
    assert server.woken == 2


def test_what_was_last_heard_is_no_reason_to_give_it_while_the_broker_is_away(server: Prices, settings: Any) -> None:
    server.get()
    settings.REDIS_URL = NOBODY

    assert [server.get()[0], server.get()[0]] == ["200 OK", "200 OK"]
    assert server.woken == 3


def test_a_client_of_another_kind_or_place_has_the_same_answer(server: Prices) -> None:
    for agent, place in (("one", "192.0.2.1"), ("two", "192.0.2.2")):
        server.get(User_Agent=agent, X_Forwarded_For=place, X_Real_IP=place)

    assert server.woken == 1


def test_another_header_is_another_question(server: Prices) -> None:
    etag = server.get()[1]["ETag"]

    held = [server.get(If_None_Match=etag) for _ in range(2)]
    page = [server.get(Accept="text/html")[0] for _ in range(2)]

    assert [(line, body) for line, _, body in held] == [("304 Not Modified", b"")] * 2
    assert page == ["406 Not Acceptable"] * 2
    # The first of each question; what is refused is never kept.
    assert server.woken == 1 + 1 + 2
    assert server.get(f"{URL}&format=columns")[2] != server.get()[2]


def test_what_is_somebodys_own_always_reaches_the_framework(server: Prices) -> None:
    for _ in range(2):
        assert server.get("/api/v1/auth/profile")[0] == "200 OK"

    assert server.woken == 2


def test_it_is_counted_as_the_framework_counts(server: Prices) -> None:
    def counts() -> list[float | None]:
        route = {"route": "api/v1/stocks/prices/daily"}
        labels = {**route, "method": "GET", "status": "200"}
        return [
            _sample("papertrade_http_request_seconds_count", labels),
            _sample("papertrade_cache_answers_total", {**route, "outcome": "miss"}),
        ]

    server.get()
    before = counts()
    server.get()

    assert server.woken == 1
    assert counts() == [(number or 0) + 1 for number in before]


def _sample(name: str, labels: dict[str, str]) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


class Guarded(View):
    required_permissions = {"GET": "users.manage"}


class Paid(View):
    entitled_methods = frozenset({"GET"})


def test_rights_are_those_that_the_view_asks_for(owner: User, superadmin: User) -> None:
    def may(user: User, view: type[View]) -> bool:
        token = users_services.issue_tokens(user=user).access_token
        application = ahead.Ahead(WSGIHandler())
        return application._enter({"HTTP_AUTHORIZATION": f"Bearer {token}"}, view=view) is not None

    configuration.override("subscription.enabled", "true")
    User.objects.filter(pk=owner.pk).update(trial_end_date="2020-01-01")

    assert [may(user, view) for view in (View, Guarded, Paid) for user in (owner, superadmin)] == [
        *(True, True),
        *(False, True),
        *(False, True),
    ]


def test_views_that_judge_in_their_own_way_are_never_answered_ahead() -> None:
    assert [ahead._is_for_accounts(view) for view in (View, Guarded, PublicView)] == [True, True, False]


def test_large_answers_and_more_than_fit_are_not_kept(server: Prices, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "MOST_KEPT", 1)
    for url in (URL, f"{URL}&format=columns", f"{URL}&format=columns", URL):
        server.get(url)
    assert server.woken == 3

    monkeypatch.setattr(sharing, "LARGEST_KEPT", 10)
    for _ in range(2):
        server.get(f"{URL}&format=list")
    assert server.woken == 5
