"""The rulebook in force: built once, looked at again, and never broken by one bad row."""

from __future__ import annotations

from datetime import date

import pytest
import structlog
from pytest_django import DjangoAssertNumQueries

from apps.market import selectors
from apps.market.models import MarketRuleOverride
from apps.market.selectors import rules
from apps.users.models import User
from marketdata import rulebook
from marketdata.rulebook import lots
from marketdata.synthetic import SyntheticProvider
from tests.factories.market_rules import make_rule

DAY = date(2027, 1, 4)
EXPIRY = date(2027, 2, 23)
LOT = {"underlying": "SBIN", "expiry_from": "", "expiry_to": "", "lot_size": "800"}


def lot_in_force() -> int:
    return lots.lot_size(selectors.rulebook_in_force(), "SBIN", trade_date=DAY, expiry=EXPIRY)


def by_another_process(**values: object) -> MarketRuleOverride:
    row = {"rule_table": "lots", "valid_from": DAY, "key": {**LOT}, "values": {"lot_size": LOT["lot_size"]}}
    row["key"].pop("lot_size")  # type: ignore[attr-defined]
    return MarketRuleOverride.objects.create(**{**row, "source": "test", **values})


def test_without_added_rows_the_rules_are_those_of_the_package(db: None) -> None:
    assert list(selectors.rulebook_in_force()) == list(rulebook.default())


def test_the_book_is_looked_at_once_in_two_seconds_and_built_only_when_it_changed(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    by_another_process()
    with django_assert_num_queries(2):  # which are active, and they themselves
        book = selectors.rulebook_in_force()
    with django_assert_num_queries(0):
        assert selectors.rulebook_in_force() is book
    rules._Cache.read_at -= rules.CACHE_SECONDS + 1
    with django_assert_num_queries(1):
        assert selectors.rulebook_in_force() is book


def test_a_row_that_another_process_added_is_in_force_when_this_one_looks_again(db: None) -> None:
    assert lot_in_force() == 750
    by_another_process()
    assert lot_in_force() == 750
    rules._Cache.read_at -= rules.CACHE_SECONDS + 1
    assert lot_in_force() == 800


@pytest.mark.parametrize(
    "wrong",
    [
        {"rule_table": "taxes"},
        {"values": {"lot_size": "many"}},
        {"values": {}},
        {"key": {"underlying": "NIFTY", "expiry_from": "", "expiry_to": ""}},
    ],
)
def test_a_row_that_no_longer_reads_is_logged_and_the_others_stay_in_force(db: None, wrong: dict[str, object]) -> None:
    bad = by_another_process(**{"source": "old release", **wrong})
    by_another_process(valid_from=date(2027, 1, 1))
    with structlog.testing.capture_logs() as logs:
        assert lot_in_force() == 800
    assert [(log["event"], log["rule_id"]) for log in logs] == [("market_rule_invalid", bad.pk)]


def test_the_synthetic_market_keeps_the_rules_of_its_version(owner: User) -> None:
    before = SyntheticProvider().contracts("SBIN", DAY, expiry=EXPIRY, levels=0)
    make_rule(owner, table="lots", valid_from=DAY, columns=LOT)
    assert lot_in_force() == 800
    assert SyntheticProvider().contracts("SBIN", DAY, expiry=EXPIRY, levels=0) == before
    assert {contract.lot_size for contract in before} == {750}
