"""What a client needs to know before it starts. What does not belong here: anything about one user."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module

import orjson
from django.apps import apps as django_apps
from django.conf import settings
from django.db.models import TextChoices
from django.utils.module_loading import module_has_submodule

import marketdata
from apps.core import configuration
from apps.market import constants
from apps.market.selectors.trading_hours import MarketState, market_state

Enums = dict[str, list[dict[str, str]]]


@dataclass(frozen=True, slots=True)
class DataMode:
    """Where prices come from that were not imported, and the version of the model."""

    source: str
    version: str


@dataclass(frozen=True, slots=True)
class Meta:
    """The service: its version, what it can do, its market, its limits, its words."""

    version: str
    features: dict[str, bool]
    data_mode: DataMode
    market: MarketState
    limits: dict[str, int]
    enums: Enums

    @property
    def etag(self) -> str:
        """An ETag that changes with the content."""
        return f'"{hashlib.sha256(orjson.dumps(self, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]}"'


def get_meta(*, now: datetime) -> Meta:
    """The service as it is at ``now``."""
    provider = marketdata.get_provider()
    return Meta(
        version=settings.VERSION,
        features=constants.FEATURES,
        data_mode=DataMode(source=provider.name, version=provider.version),
        market=market_state(now=now),
        limits=_limits(),
        enums=_enums(),
    )


def _limits() -> dict[str, int]:
    """The public settings that are whole numbers, and how much one request of the market may ask for."""
    public = {
        key: configuration.get_int(key)
        for key, setting in configuration.REGISTRY.items()
        if setting.is_public and setting.kind == "integer"
    }
    return public | {
        "market.max_calendar_days": constants.MAX_CALENDAR_DAYS,
        "market.max_candles": constants.MAX_CANDLES,
        "market.max_quotes": constants.MAX_QUOTES,
    }


@cache
def _enums() -> Enums:
    """The choices in the enums module of every app, by class name: values with their labels.

    The apps above this one are asked through Django, for nothing here may import them.
    """
    modules = [
        import_module(f"{config.name}.enums")
        for config in django_apps.get_app_configs()
        if config.name.startswith("apps.") and module_has_submodule(config.module, "enums")
    ]
    return {
        name: [{"value": value, "label": label} for value, label in found.choices]
        for module in modules
        for name, found in sorted(vars(module).items())
        if isinstance(found, type) and issubclass(found, TextChoices) and found is not TextChoices
    }
