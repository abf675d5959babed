"""Changes of one strategy at the same moment: none is lost (fault 38)."""

from __future__ import annotations

import pytest

from apps.strategies import services
from apps.strategies.models import RuleBasedStrategy
from apps.users.models import User
from tests.factories.strategies import make_rule_based
from tests.races import together

pytestmark = pytest.mark.django_db(transaction=True)

CHANGES = 50
FIELDS = ("name", "description", "is_public")


def test_changes_of_different_fields_at_once_are_all_kept(owner: User) -> None:
    strategy = make_rule_based(owner)
    values = {"name": "Renamed", "description": "Described.", "is_public": True}

    def change(number: int) -> None:
        name = FIELDS[number % len(FIELDS)]
        services.update_rule_based(user=owner, pk=strategy.pk, changes={name: values[name]})

    for _ in range(CHANGES // 10):
        RuleBasedStrategy.objects.for_user(owner).update(name="Old", description="", is_public=False)
        together(10, change)

        after = RuleBasedStrategy.objects.for_user(owner).get()
        assert {name: getattr(after, name) for name in FIELDS} == values
