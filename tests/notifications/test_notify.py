"""Telling a user: once an event, in the caller's transaction."""

from __future__ import annotations

import pytest
from django.db import transaction

from apps.notifications import selectors, services
from apps.notifications.enums import NotificationType
from apps.notifications.models import Notification
from apps.users.models import User
from tests.factories.notifications import make_notification
from tests.factories.users import make_user
from tests.races import together


def test_event_is_told_once_a_user(owner: User, stranger: User) -> None:
    for user in (owner, owner, stranger):
        services.notify(user_id=user.pk, title="Done", message="…", event_key="backtest:1:completed")
    services.notify(user_id=owner.pk, title="Done", message="…", event_key="backtest:2:completed")

    keys = [
        list(selectors.list_notifications(user=user).values_list("event_key", flat=True)) for user in (owner, stranger)
    ]
    assert keys == [["backtest:2:completed", "backtest:1:completed"], ["backtest:1:completed"]]


def test_first_telling_of_an_event_stands(owner: User) -> None:
    services.notify(user_id=owner.pk, title="First", message="…", event_key="e")
    services.notify(user_id=owner.pk, title="Second", message="…", event_key="e")

    assert selectors.list_notifications(user=owner).get().title == "First"


def test_without_a_key_every_telling_counts(owner: User) -> None:
    for _ in range(2):
        services.notify(user_id=owner.pk, title="Hello", message="…")

    assert selectors.count_unread(user=owner) == 2


def test_row_holds_what_was_said(owner: User) -> None:
    row = make_notification(owner, title="x" * 250, type=NotificationType.ERROR, extra={"run_id": "r1"})

    assert (row.title, row.message) == ("x" * 200, "It made 12.40 %.")
    assert (row.notification_type, row.extra, row.is_read, row.read_at) == ("error", {"run_id": "r1"}, False, None)


def test_rolled_back_event_is_not_told(owner: User) -> None:
    with transaction.atomic():
        services.notify(user_id=owner.pk, title="Done", message="…", event_key="e")
        transaction.set_rollback(True)

    assert selectors.count_unread(user=owner) == 0


@pytest.mark.django_db(transaction=True)
def test_parallel_tellings_of_one_event_make_one_row() -> None:
    user = make_user()

    together(8, lambda _: services.notify(user_id=user.pk, title="Done", message="…", event_key="e"))

    assert Notification.objects.for_user(user).count() == 1


def test_rows_cannot_be_read_without_an_owner() -> None:
    with pytest.raises(RuntimeError, match="for_user"):
        Notification.objects.all()
