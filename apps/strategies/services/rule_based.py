"""Users' own strategies: written, changed, deactivated, and who may read them. What does not belong here: running."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet

from apps.core import errors
from apps.strategies import selectors
from apps.strategies.constants import COPY_SUFFIX, MAX_NAME, NO_STRATEGY
from apps.strategies.enums import StrategyScope
from apps.strategies.models import RuleBasedStrategy
from apps.strategies.services.compiling import Overrides, compile_rules

if TYPE_CHECKING:
    from apps.users.models import User


def create_rule_based(
    *, user: User, name: str, rules_json: object, description: str = "", is_public: bool = False
) -> RuleBasedStrategy:
    """Keep a strategy whose rules can be understood.

    :raises InvalidRules: if they cannot
    """
    strategy = RuleBasedStrategy.objects.create(
        user=user,
        name=name,
        description=description,
        rules_json=rules_json,
        sentence=_sentence(rules_json),
        is_public=is_public,
    )
    return selectors.get_own(user=user, pk=strategy.pk)


def clone_rule_based(*, user: User, pk: int, name: str | None = None) -> RuleBasedStrategy:
    """Copy an own or a public strategy into a private one of the user's, as it is now.

    :raises NotFound: if it is neither, or inactive
    :raises InvalidRules: if its rules cannot be understood any more
    """
    original = get_readable(user=user, pk=pk)
    return create_rule_based(
        user=user,
        name=name or f"{original.name[: MAX_NAME - len(COPY_SUFFIX)]}{COPY_SUFFIX}",
        description=original.description,
        rules_json=original.rules_json,
    )


@transaction.atomic
def update_rule_based(*, user: User, pk: int, changes: dict[str, Any]) -> RuleBasedStrategy:
    """Change one of the user's strategies; runs made from it keep what they ran.

    :raises NotFound: if it is missing, inactive or belongs to someone else
    :raises InvalidRules: if the new rules cannot be understood
    """
    strategy = selectors.lock_own(user=user, pk=pk)
    if "rules_json" in changes:
        changes = {**changes, "sentence": _sentence(changes["rules_json"])}
    for name, value in changes.items():
        setattr(strategy, name, value)
    strategy.save(update_fields=[*changes, "updated_at"])
    return strategy


@transaction.atomic
def deactivate_rule_based(*, user: User, pk: int) -> None:
    """Take one of the user's strategies out of use; nothing is deleted.

    :raises NotFound: if it is missing, inactive or belongs to someone else
    """
    strategy = selectors.lock_own(user=user, pk=pk)
    strategy.is_active = False
    strategy.save(update_fields=["is_active", "updated_at"])


def list_readable(*, user: User, scope: str, search: str = "") -> QuerySet[RuleBasedStrategy]:
    """The user's own strategies, or those that others published."""
    if scope == StrategyScope.PUBLIC:
        return selectors.list_public_unscoped(user=user, search=search)
    return selectors.list_own(user=user, search=search)


def get_readable(*, user: User, pk: int) -> RuleBasedStrategy:
    """A strategy that is the user's own, or public.

    :raises NotFound: if it is neither, or inactive
    """
    strategy = (
        selectors.list_own(user=user).filter(pk=pk).first()
        or selectors.list_public_unscoped(user=user).filter(pk=pk).first()
    )
    if strategy is None:
        raise errors.NotFound(NO_STRATEGY)
    return strategy


def _sentence(rules_json: object) -> str:
    return compile_rules(rules_json, parameters={}, overrides=Overrides()).sentence
