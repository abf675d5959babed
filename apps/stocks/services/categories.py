"""Changes of categories. What does not belong here: which stock is in which (stocks)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from apps.core import services as core_services
from apps.stocks.constants import TOGGLE
from apps.stocks.errors import CategoryExists
from apps.stocks.models import Category
from apps.users import selectors as users_selectors

if TYPE_CHECKING:
    from apps.users.models import User


@transaction.atomic
def create_category(*, user: User, values: Mapping[str, Any], ip_address: str | None) -> Category:
    """Make a category and write who did it.

    :raises FeatureDisabled: if administrators may not change stocks
    :raises CategoryExists: if the name is taken
    """
    users_selectors.check_toggle(user=user, setting=TOGGLE)
    try:
        with transaction.atomic():
            category = Category.objects.create(**values)
    except IntegrityError as error:
        raise CategoryExists(details={"name": values["name"]}) from error
    core_services.record_activity(
        actor=user.email,
        action="stocks.category_create",
        details={"category": category.name, "before": None, "after": dict(values)},
        ip_address=ip_address,
    )
    return category
