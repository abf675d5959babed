"""Waiting for one's turn. What does not belong here: what is done in it."""

from __future__ import annotations

from django.db import connection


def wait_for_turn(name: str) -> None:
    """Wait until no other transaction has the turn of this name; it ends with the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"payments.{name}"])
