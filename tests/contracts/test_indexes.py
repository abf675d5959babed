"""No index that another one of its table stands for: each is written with every row."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

# Of plain indexes whose columns are the first ones of another index of the same table: their table and both names.
STOOD_FOR = """
    SELECT plain.indrelid::regclass::text, plain.indexrelid::regclass::text, other.indexrelid::regclass::text
    FROM pg_index plain JOIN pg_index other ON other.indrelid = plain.indrelid AND other.indexrelid <> plain.indexrelid
    WHERE plain.indrelid = ANY(%s::regclass[]) AND NOT plain.indisunique
      AND plain.indpred IS NULL AND other.indpred IS NULL AND plain.indexprs IS NULL
      AND (other.indkey::int2[])[0:plain.indnkeyatts - 1] = (plain.indkey::int2[])[0:plain.indnkeyatts - 1]
      AND (other.indclass::oid[])[0:plain.indnkeyatts - 1] = (plain.indclass::oid[])[0:plain.indnkeyatts - 1]
    ORDER BY 2, 3
"""
# Prescribed with the columns of its table.
PRESCRIBED = {("stock_price_daily", "stocks_daily_newest", "stocks_daily_once")}


def tables() -> list[str]:
    """Those of our own models; Django makes the indexes of its own, and of pairs between two."""
    return [model._meta.db_table for model in apps.get_models() if model.__module__.startswith("apps.")]


def stood_for() -> set[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(STOOD_FOR, [tables()])
        return set(cursor.fetchall())


@pytest.mark.django_db
def test_no_index_is_the_beginning_of_another_one() -> None:
    assert stood_for() == PRESCRIBED


@pytest.mark.django_db
def test_a_planted_one_is_seen() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX planted ON backtest_runs (user_id)")

    assert {(table, plain) for table, plain, _ in stood_for() - PRESCRIBED} == {("backtest_runs", "planted")}


@pytest.mark.django_db
def test_rows_of_a_user_are_found_by_an_index() -> None:
    owned = {
        field.model._meta.db_table
        for model in apps.get_models()
        if model.__module__.startswith("apps.")
        for field in model._meta.local_concrete_fields
        if field.name == "user"
    }
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT indrelid::regclass::text FROM pg_index
               JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
               WHERE indpred IS NULL AND attname = 'user_id'"""
        )
        assert owned <= {name for (name,) in cursor.fetchall()}
    assert len(owned) > 20
