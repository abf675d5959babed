"""What users want to be told, and where. What does not belong here: telling them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction

from apps.notifications import selectors
from apps.notifications.models import Preference, TelegramChat

if TYPE_CHECKING:
    from apps.users.models import User


@transaction.atomic
def change_preferences(
    *, user: User, preferences: Sequence[Mapping[str, Any]] = (), telegram_chat_id: str | None = None
) -> selectors.Wishes:
    """Change what is named and keep the rest; an empty chat id forgets the chat."""
    for each in preferences:
        values = {name: value for name, value in each.items() if name != "kind"}
        Preference.objects.unscoped().update_or_create(user=user, kind=each["kind"], defaults=values)
    if telegram_chat_id:
        TelegramChat.objects.unscoped().update_or_create(user=user, defaults={"chat_id": telegram_chat_id})
    elif telegram_chat_id is not None:
        TelegramChat.objects.for_user(user).delete()
    return selectors.get_wishes(user=user)
