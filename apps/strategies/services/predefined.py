"""Seeding of the predefined strategies. What does not belong here: their rules (engine.rules.predefined)."""

from __future__ import annotations

from django.db import transaction

from apps.strategies.models import PredefinedStrategy
from engine.rules import predefined

COPIED = ("name", "description", "parameters", "rules", "updated_at")


@transaction.atomic
def seed_predefined() -> int:
    """Write the engine's predefined strategies and count the new ones; an existing one keeps its status."""
    present = set(PredefinedStrategy.objects.values_list("code", flat=True))
    rows = [PredefinedStrategy(**entry.to_json()) for entry in predefined.CATALOGUE]
    PredefinedStrategy.objects.bulk_create(rows, update_conflicts=True, unique_fields=["code"], update_fields=[*COPIED])
    return sum(row.code not in present for row in rows)
