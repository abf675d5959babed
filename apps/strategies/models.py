"""Strategies as tables. What does not belong here: understanding their rules (engine.rules)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from apps.core.models import OwnedManager, OwnedModel, TimeStampedModel
from apps.strategies.enums import StrategyStatus


class PredefinedStrategy(TimeStampedModel):
    """A strategy that everybody may run.

    ``code`` names the engine's definition; ``parameters`` (name, type, default, bounds) and ``rules`` (with the
    defaults) are copies of it for readers of the database.
    """

    code = models.CharField(max_length=50, unique=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    parameters = models.JSONField(default=list)
    rules = models.JSONField(default=dict)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    status = models.CharField(max_length=20, choices=StrategyStatus.choices, default=StrategyStatus.ACTIVE)

    class Meta:
        db_table = "strategies_predefined"

    def __str__(self) -> str:
        return self.name


class RuleBasedStrategy(OwnedModel):
    """A user's strategy as rules JSON; a public one may be run and read by everybody.

    ``sentence`` is what the engine understood when the rules were last written. Nothing is deleted: an inactive one
    is gone from lists and new runs, and past runs keep their snapshot.
    """

    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    rules_json = models.JSONField()
    sentence = models.TextField()
    is_public = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    objects: OwnedManager[RuleBasedStrategy] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "strategies_rule_based"
        indexes = [
            models.Index(
                fields=["-id"], name="strategies_public_newest", condition=models.Q(is_public=True, is_active=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name
