"""Paper money over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.users.models import User
from apps.wallet.models import Entry
from tests.races import together

REFILL = "/api/v1/payments/wallet/refill"
LEDGER = "/api/v1/payments/wallet/ledger/"
BALANCES = "/api/v1/payments/wallet/balances"


def refill(api: APIClient, amount: object, **headers: Any) -> Any:
    return api.post(REFILL, {"amount": amount}, **headers)


def test_refill_adds_to_the_balance_and_is_in_the_ledger(api: APIClient, owner: User) -> None:
    answer = refill(api, "50000.50")

    assert (answer.status_code, answer.json()["wallet_balance"]) == (201, "150000.50")
    assert api.get(BALANCES).json() == {
        "cash": "150000.50",
        "blocked": "0.00",
        "positions": "0.00",
        "borrowed": "0.00",
        "realised": "0.00",
        "charges": "0.00",
    }
    assert api.get("/api/v1/auth/profile").json()["wallet_balance"] == "150000.50"
    first, second = api.get(LEDGER).json()["entries"]
    assert (first["id"], first["reason"], second["reason"]) == (answer.json()["entry_id"], "REFILL", "OPENING")
    assert first["postings"] == [
        {"account": "cash", "amount": "50000.50", "balance_after": "150000.50"},
        {"account": "funding", "amount": "-50000.50", "balance_after": "-150000.50"},
    ]


def test_refills_have_no_limit_in_number(api: APIClient) -> None:
    assert [refill(api, "100000000.00").status_code for _ in range(3)] == [201, 201, 201]


@pytest.mark.parametrize("amount", ["0.99", "100000000.01", "0"])
def test_refill_outside_its_bounds_is_refused_with_them(api: APIClient, owner: User, amount: str) -> None:
    answer = refill(api, amount)

    assert (answer.status_code, answer.json()["code"]) == (422, "REFILL_OUT_OF_BOUNDS")
    assert answer.json()["details"] == {"minimum": "1.00", "maximum": "100000000.00"}
    assert not Entry.objects.for_user(owner).exists()


@pytest.mark.parametrize("amount", ["-5", "NaN", "Infinity", "1e5", "1_000", "٣", "", None, True, [], "5.001"])
def test_amount_that_is_none_is_refused(api: APIClient, owner: User, amount: object) -> None:
    answer = refill(api, amount)

    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")
    assert not Entry.objects.for_user(owner).exists()


@pytest.mark.django_db(transaction=True)
def test_parallel_refills_with_one_key_have_one_effect(api: APIClient, owner: User) -> None:
    answers = together(8, lambda _: refill(api, "1000.00", HTTP_IDEMPOTENCY_KEY="once"))

    assert {(answer.status_code, answer.json()["wallet_balance"]) for answer in answers} == {(201, "101000.00")}
    owner.refresh_from_db()
    assert str(owner.wallet_balance) == "101000.00"


@pytest.mark.django_db(transaction=True)
def test_parallel_refills_all_count(api: APIClient, owner: User) -> None:
    together(8, lambda _: [refill(api, "10.00") for _ in range(5)])

    owner.refresh_from_db()
    assert str(owner.wallet_balance) == "100400.00"


def test_ledger_is_read_page_by_page_and_by_reason(api: APIClient) -> None:
    ids = [refill(api, "10.00").json()["entry_id"] for _ in range(4)]

    first = api.get(LEDGER, {"limit": "2", "reason": "REFILL"}).json()
    second = api.get(LEDGER, {"limit": "2", "reason": "REFILL", "before": str(first["next_before"])}).json()

    assert [each["id"] for each in first["entries"] + second["entries"]] == ids[::-1]
    assert second["next_before"] is None
    assert api.get(LEDGER, {"start_date": "2019-01-01", "end_date": "2019-01-02"}).json()["entries"] == []


@pytest.mark.parametrize("path", [LEDGER, f"{LEDGER}export_csv"])
def test_a_ledger_that_ends_before_it_starts_is_refused(api: APIClient, path: str) -> None:
    answer = api.get(path, {"start_date": "2026-01-06", "end_date": "2026-01-05"})
    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (400, ["start_date"])
    assert api.get(path, {"start_date": "2026-01-05", "end_date": "2026-01-05"}).status_code == 200


def test_ledger_as_a_file_has_a_line_for_each_side(api: APIClient) -> None:
    refill(api, "10.00")

    answer = api.get(f"{LEDGER}export_csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]

    assert lines[0] == "time,entry,reason,account,amount,balance_after,caused_by,note"
    assert [line.split(",")[2:6] for line in lines[1:]] == [
        ["OPENING", "cash", "100000.00", "100000.00"],
        ["OPENING", "funding", "-100000.00", "-100000.00"],
        ["REFILL", "cash", "10.00", "100010.00"],
        ["REFILL", "funding", "-10.00", "-100010.00"],
    ]


def test_stranger_sees_none_of_it(api: APIClient, stranger_api: APIClient) -> None:
    refill(api, "10.00")

    assert stranger_api.get(LEDGER).json()["entries"] == []
    assert stranger_api.get(BALANCES).json()["cash"] == "100000.00"
