"""The activity log: append-only in the database, in the caller's transaction, one line an actor."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from apps.core import services
from apps.core.models import ActivityLog

pytestmark = pytest.mark.django_db


def record(actor: str = "boss@example.com") -> ActivityLog:
    services.record_activity(actor=actor, action="test.act", details={"before": 1, "after": 2}, ip_address="192.0.2.7")
    return ActivityLog.objects.latest("id")


@pytest.mark.parametrize(
    "statement",
    ["UPDATE adminpanel_activitylog SET action = 'x'", "DELETE FROM adminpanel_activitylog"],
)
def test_database_refuses_change_and_removal(statement: str) -> None:
    row = record()

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    row.refresh_from_db()
    assert row.action == "test.act"


def test_rolled_back_act_leaves_no_row() -> None:
    with transaction.atomic():
        record()
        transaction.set_rollback(True)

    assert not ActivityLog.objects.exists()


@pytest.mark.parametrize(
    ("actor", "written"),
    [
        ("a\r\nroot did it", "aroot did it"),
        ("a\x00\x1b[31mb", "a[31mb"),
        ("a\u2028\u202eb", "ab"),
        ("x" * 300, "x" * 255),
    ],
)
def test_actor_stays_one_printable_line(actor: str, written: str) -> None:
    assert record(actor).admin_user == written
