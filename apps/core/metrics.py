"""What the service says about itself in Prometheus' format: requests as they are counted, the rest as it is asked.

Requests are counted over all web processes through files in PROMETHEUS_MULTIPROC_DIR; queues, syncs and the ledger are
read from the tables, what workers count from Redis, by the sources that settings.METRIC_SOURCES names, so any process
gives the same answer.
What does not belong here: what an app measures (its selectors), who may ask (views).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.utils.module_loading import import_string

from apps.core import clock

# Read once by the package, when it is imported; one that is there and empty would mean the current folder.
os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)
if settings.METRICS_FOLDER:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = settings.METRICS_FOLDER

import prometheus_client
import redis
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

log = structlog.get_logger(__name__)

CONTENT_TYPE = prometheus_client.CONTENT_TYPE_PLAIN_0_0_4
NO_FOLDER = (
    "METRICS_TOKEN is set, and PROMETHEUS_MULTIPROC_DIR cannot be written. "
    "Set it to an empty folder that every web process of this host can write."
)
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

REQUESTS = Histogram(
    "papertrade_http_request_seconds",
    "How long requests took, by the route that answered.",
    ("method", "route", "status"),
    buckets=BUCKETS,
)


CACHE = Counter(
    "papertrade_cache_answers",
    "Answers that clients may keep: hit where they had the present one already (304), by route.",
    ("route", "outcome"),
)


@dataclass(frozen=True, slots=True)
class Measure:
    """A number with its name, what it means, and labels that tell it from others of the name.

    One whose name ends in ``_total`` only grows: a counter.
    """

    name: str
    help: str
    value: float
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Source:
    """A selector that measures, asked again once its last answer is older than ``keep_seconds``."""

    path: str
    keep_seconds: float
    _measures: list[Measure] = field(default_factory=list)
    _until: float = float("-inf")

    def read(self) -> tuple[list[Measure], bool]:
        """The measures, and whether they could be read."""
        if clock.monotonic() < self._until:
            return self._measures, True
        try:
            self._measures = list(import_string(self.path)())
        except (DatabaseError, redis.RedisError) as error:
            log.warning("metrics_unreadable", source=self.path, error=type(error).__name__)
            return [], False
        self._until = clock.monotonic() + self.keep_seconds
        return self._measures, True


class State(Collector):
    """The state of the installation, read when it is asked for."""

    def collect(self) -> Iterator[Metric]:
        """Each family once, with all of its measures."""
        measures: list[Measure] = []
        for source in _sources():
            found, is_readable = source.read()
            app = source.path.split(".")[1]
            measures += found
            measures.append(
                Measure("papertrade_source_up", "Whether an app could be measured.", float(is_readable), {"app": app})
            )
        return _families(measures)


def check_folder() -> None:
    """Pass if a web process can count where the others of its host do, should anybody read the counts.

    :raises ImproperlyConfigured: if not
    """
    if settings.METRICS_TOKEN and not os.access(settings.METRICS_FOLDER, os.W_OK):
        raise ImproperlyConfigured(NO_FOLDER)


def observe_request(*, method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    REQUESTS.labels(method=method, route=route, status=str(status)).observe(seconds)


def observe_cache(*, route: str, is_hit: bool) -> None:
    """Count one answer with an ETag, and whether the client's copy was still good."""
    CACHE.labels(route=route, outcome="hit" if is_hit else "miss").inc()


def render() -> bytes:
    """All metrics as text."""
    registry = CollectorRegistry()
    registry.register(State())
    if settings.METRICS_FOLDER:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REQUESTS)
        registry.register(CACHE)
    return prometheus_client.generate_latest(registry)


@cache
def _sources() -> tuple[Source, ...]:
    return tuple(Source(path, seconds) for path, seconds in settings.METRIC_SOURCES.items())


def _families(measures: Iterable[Measure]) -> Iterator[Metric]:
    families: dict[str, GaugeMetricFamily | CounterMetricFamily] = {}
    for measure in measures:
        family = families.get(measure.name)
        if family is None:
            kind = CounterMetricFamily if measure.name.endswith("_total") else GaugeMetricFamily
            family = kind(measure.name, measure.help, labels=sorted(measure.labels))
            families[measure.name] = family
        family.add_metric([measure.labels[name] for name in sorted(measure.labels)], measure.value)
    yield from families.values()
