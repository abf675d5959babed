"""What a sweep or a walk-forward gave, and its end, written once. What does not belong here: claiming, the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction

from apps.backtests.enums import RunStatus, SweepKind
from apps.backtests.models import Sweep, SweepPart
from apps.backtests.selectors import sweeps as selectors
from apps.backtests.services import isolation, outcomes, results, sweeps_families, sweeps_inputs, sweeps_rows, telling
from apps.core import clock
from apps.market import selectors as market_selectors
from apps.notifications import services as notifications_services
from apps.notifications.enums import NotificationType
from engine import sweeps as engine_sweeps

Json = dict[str, Any]


def join(sweep: Sweep) -> bool:
    """End a sweep of which all parts are done; False if somebody else has."""
    if sweep.kind == SweepKind.WALK_FORWARD:
        walked: Json = selectors.get_trading_part_unscoped(sweep_id=sweep.pk).outcome or {}
        return _complete(sweep, extra=walked, message=f"{len(walked['windows'])} windows, out of sample stitched.")
    extra = _verdict(sweep)
    return _complete(sweep, extra=extra, message=f"{extra['tried']} of {sweep.combinations} combinations were tried.")


def fail(sweep: Sweep, *, code: str, message: str) -> bool:
    """End a sweep as failed, in one sentence for the user; False if it has ended."""
    with transaction.atomic():
        written = end(sweep, status=RunStatus.FAILED, error_message=message, extra={"code": code})
        if written:
            _notify(sweep, kind=NotificationType.ERROR, title=f"{_word(sweep)} failed", message=message)
    return written


def end(sweep: Sweep, **values: Any) -> bool:
    """Whether the sweep, unless it had ended, was ended with these values."""
    now = clock.now()
    open_ = Sweep.objects.unscoped().filter(pk=sweep.pk, status__in=selectors.OPEN)
    is_ended = bool(open_.update(finished_at=now, updated_at=now, **values))
    if is_ended:
        telling.tell_sweep(sweep, status=values["status"], progress=selectors.progress_unscoped(sweep))
    return is_ended


def choose(part: SweepPart, *, prepared: sweeps_inputs.Prepared, between: Callable[[], None]) -> Json:
    """What the windows of one part chose, by the number of the window.

    :raises InvalidSettings: if the windows do not fit the prices
    """
    sweep, cut = part.sweep, _cut(part.sweep, prepared=prepared)
    choice = engine_sweeps.Choice(sweeps_rows.grid_of(sweep), (sweep.walk or {})["metric"], between)
    family = sweeps_families.family_of(sweep.strategy["family"])
    return {
        str(number): asdict(
            engine_sweeps.pick(
                family=family, choice=choice, bars=prepared.bars, settings=prepared.settings, window=cut[number]
            )
        )
        for number in range(part.number, len(cut), sweep.parts - 1)
    }


def walk(sweep: Sweep, *, chosen: Json, prepared: sweeps_inputs.Prepared, between: Callable[[], None]) -> Json:
    """Trade what the other parts chose, by the number of the window, and say what each gave, and all together.

    :raises InvalidSettings: if the windows do not fit the prices
    """
    bars, cut = prepared.bars, _cut(sweep, prepared=prepared)
    found = engine_sweeps.walk_forward(
        family=sweeps_families.family_of(sweep.strategy["family"]),
        picks=[engine_sweeps.Pick(**chosen[str(number)]) for number in range(len(cut))],
        bars=bars,
        settings=prepared.settings,
        cut=cut,
    )
    walks = []
    for each in found:
        walks.append(each)
        between()
    whole = engine_sweeps.stitch(walks=walks, bars=bars, settings=prepared.settings)
    first = cut[0].test
    is_last = np.append(bars.session[first + 1 :] != bars.session[first:-1], True)[: len(whole.equity)]
    return {
        "tried": sum(each.picked.tried for each in walks),
        "windows": [_window(each, loaded=prepared.loaded) for each in walks],
        "statistics": _statistics(whole.statistics),
        "equity": {
            "time": prepared.loaded.dates[first : first + len(whole.equity)][is_last].astype(str).tolist(),
            "equity": np.round(whole.equity[is_last] / 100.0, 2).tolist(),
        },
        **_data(prepared.loaded),
    }


def _cut(sweep: Sweep, *, prepared: sweeps_inputs.Prepared) -> list[engine_sweeps.Window]:
    asked = sweep.walk or {}
    return engine_sweeps.windows(
        bars=prepared.bars, train=asked["train_sessions"], test=asked["test_sessions"], anchored=asked["anchored"]
    )


def _verdict(sweep: Sweep) -> Json:
    """How many were tried, the best by Sharpe ratio with all its statistics, and what that is worth."""
    values = sweeps_rows.values_of(sweep)
    tried = int((~np.isnan(values[:, engine_sweeps.METRICS.index("trades")])).sum())
    prepared = sweeps_inputs.prepare(sweep)
    said: Json = {"tried": tried, "best": None, "luck_sharpe": None, "deflated_sharpe": None, **_data(prepared.loaded)}
    place = engine_sweeps.best(values, sweeps_rows.USUAL_METRIC)
    if place is None:
        return said
    chosen = sweeps_rows.grid_of(sweep).combination(place)
    alone = partial(_alone, sweep=sweep, chosen=chosen, prepared=prepared)
    statistics = isolation.evaluate(alone, kind=sweep.strategy["kind"])
    verdict = engine_sweeps.judge(
        sharpes=values[:, engine_sweeps.METRICS.index("sharpe")],
        tried=tried,
        statistics=statistics,
        sessions=len(np.unique(prepared.bars.session)),
    )
    best = {"number": place, "parameters": chosen, "statistics": _statistics(statistics)}
    return {**said, "best": best, "luck_sharpe": verdict.luck_sharpe, "deflated_sharpe": verdict.deflated_sharpe}


def _alone(
    _beat: isolation.Beat, *, sweep: Sweep, chosen: Mapping[str, float], prepared: sweeps_inputs.Prepared
) -> Mapping[str, float | int | None]:
    """The statistics of the single run of a combination."""
    strategy = sweeps_families.family_of(sweep.strategy["family"]).build(chosen)
    return engine_sweeps.Trials(prepared.bars).run(strategy, settings=prepared.settings).statistics


def _window(walked: engine_sweeps.Walk, *, loaded: market_selectors.LoadedBars) -> Json:
    window = walked.window
    return {
        "train_from": str(loaded.dates[window.train]),
        "train_to": str(loaded.dates[window.test - 1]),
        "test_from": str(loaded.dates[window.test]),
        "test_to": str(loaded.dates[window.end - 1]),
        "parameters": walked.picked.values,
        "tried": walked.picked.tried,
        "in_sample": dict(walked.picked.in_sample),
        "out_of_sample": {key: walked.after.statistics[key] for key in engine_sweeps.METRICS},
    }


def _statistics(statistics: Mapping[str, float | int | None]) -> Json:
    return {key: outcomes.statistic(value, unit=outcomes.UNITS[key]) for key, value in statistics.items()}


def _data(loaded: market_selectors.LoadedBars) -> Json:
    """What the result rests on."""
    return {
        "data_source": str(loaded.source),
        "data_hash": loaded.data_hash,
        "engine_version": settings.VERSION,
        "bars": len(loaded.dates),
    }


def _complete(sweep: Sweep, *, extra: Json, message: str) -> bool:
    with transaction.atomic():
        written = end(sweep, status=RunStatus.COMPLETED, extra=extra)
        if written:
            _notify(sweep, kind=NotificationType.SUCCESS, title=f"{_word(sweep)} completed", message=message)
    return written


def _notify(sweep: Sweep, *, kind: NotificationType, title: str, message: str) -> None:
    notifications_services.notify(
        user_id=sweep.user_id,
        title=title,
        message=f"{sweep.strategy['name']} on {sweep.instrument_identifier}: {message}",
        type=kind,
        extra={"sweep_id": sweep.sweep_id},
        kind=results.KINDS[kind],
        event_key=f"sweep.ended:{sweep.sweep_id}",
    )


def _word(sweep: Sweep) -> str:
    return "Walk-forward" if sweep.kind == SweepKind.WALK_FORWARD else "Sweep"
