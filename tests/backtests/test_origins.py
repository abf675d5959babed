"""A run and a sweep are logged and timed as parts of the request they came with, whichever ring woke the worker."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from structlog.testing import LogCapture

from apps.backtests import services
from apps.backtests.models import BacktestRun, Sweep
from apps.core import jobs
from apps.users.models import User
from tests.backtests.service import running
from tests.collector import Collector, collecting
from tests.factories.backtests import make_prices, request_body, request_run
from tests.factories.sweeps import request_sweep

FIRST, SECOND = "request-of-the-first", "request-of-the-second"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What is logged, with what the present context adds."""
    kept = LogCapture()
    before = structlog.get_config()
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, kept], cache_logger_on_first_use=False)
    monkeypatch.setattr("apps.backtests.services.execution.log", structlog.get_logger())
    monkeypatch.setattr("apps.backtests.services.sweeps_work.log", structlog.get_logger())
    yield kept.entries
    structlog.configure(**before)


def test_a_run_that_another_ones_ring_starts_is_logged_under_its_own_request(owner: User, lines: list[Any]) -> None:
    make_prices()
    with structlog.contextvars.bound_contextvars(request_id=FIRST):
        run = request_run(owner)
    BacktestRun.objects.unscoped().filter(pk=run.pk).update(strategy={"name": "Broken"})

    with structlog.contextvars.bound_contextvars(request_id=SECOND), pytest.raises(KeyError):
        services.execute_pending()

    assert [(line["event"], line["run_id"], line["request_id"]) for line in lines] == [
        ("backtest_broke", run.run_id, FIRST)
    ]


def test_a_part_of_a_sweep_is_logged_under_its_own_request(owner: User, lines: list[Any]) -> None:
    make_prices()
    with structlog.contextvars.bound_contextvars(request_id=FIRST):
        sweep = request_sweep(owner)
    Sweep.objects.unscoped().filter(pk=sweep.pk).update(strategy={"kind": "rules", "rules": {}})

    with structlog.contextvars.bound_contextvars(request_id=SECOND), pytest.raises(KeyError):
        services.execute_sweeps()

    assert [(line["event"], line["sweep_id"], line["request_id"]) for line in lines] == [
        ("sweep_broke", sweep.sweep_id, FIRST)
    ]


def test_work_without_an_origin_stays_with_the_ring() -> None:
    with structlog.contextvars.bound_contextvars(request_id=SECOND), jobs.continuing("backtest", {}):
        assert jobs.origin() == {"request_id": SECOND}


def test_nothing_of_the_request_stays_in_a_run_that_has_ended(owner: User) -> None:
    make_prices()
    with structlog.contextvars.bound_contextvars(request_id=FIRST):
        run = request_run(owner)
    assert run.extra == {"origin": {"request_id": FIRST}}

    services.execute_pending()

    run.refresh_from_db()
    assert run.status == "completed"
    assert "origin" not in run.extra


def spans_of(collector: Collector, *, until: set[str]) -> dict[str, Any]:
    """The spans that arrive, by name, up to the last of those that are waited for."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    found: dict[str, Any] = {}
    while not until <= set(found):
        _, body = collector.next()
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            found |= {span.name: span for scope in resource.scope_spans for span in scope.spans}
    return found


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    importlib.util.find_spec("opentelemetry") is None,
    reason="requirements-extras.txt is not installed: no OpenTelemetry",
)
def test_the_trace_of_a_post_goes_through_the_worker(owner: User, tmp_path: Path) -> None:
    make_prices()
    posted, task = "POST api/v1/backtest/run", "task backtests.execute_pending"
    with (
        collecting() as collector,
        running(tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=f"http://{collector.address}") as service,
    ):
        run = service.backtest(user=owner, body=request_body(), request_id=FIRST)
        spans = spans_of(collector, until={posted, task, "backtest"})

    assert {spans[name].trace_id for name in (task, "backtest")} == {spans[posted].trace_id}
    assert (spans[posted].parent_span_id, spans[task].parent_span_id) == (b"", spans[posted].span_id)
    assert spans["backtest"].parent_span_id == spans[posted].span_id
    said = {each.key: each.value.string_value for each in spans["backtest"].attributes}
    assert said == {"request_id": FIRST, "run_id": run["run_id"]}
