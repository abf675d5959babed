"""What a user's script may cost: a process of its own, which is ended, and never the worker."""

from __future__ import annotations

import math
import os
import pickle
import resource
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from apps.backtests import constants, errors, services
from apps.backtests.models import BacktestRun, Sweep, SweepPart
from apps.backtests.services import isolation, sweeps_work
from apps.core import clock, configuration, pickles
from apps.core import isolation as processes
from apps.users.models import User
from tests.factories.backtests import make_completed_run, make_prices, request_run
from tests.factories.sweeps import ABOVE_SCRIPT, request_sweep

SCRIPT = {"strategy_custom_script": ABOVE_SCRIPT}


def gone(pid: int) -> bool:
    """Whether there is no such process any more."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def endless(beat: Callable[[], None], *, note: Path) -> None:
    """A task that says who it is and never ends."""
    note.write_text(str(os.getpid()), encoding="ascii")
    while True:
        beat()
        time.sleep(0.01)


def test_columns_come_back_to_the_last_bit_from_another_process() -> None:
    column = np.random.default_rng(1).normal(size=100_000)

    pid, found = isolation.call(lambda _beat: (os.getpid(), np.sqrt(np.abs(column))), seconds=60)

    assert pid != os.getpid()
    assert found.tobytes() == np.sqrt(np.abs(column)).tobytes()
    assert gone(pid)


def test_memory_beyond_the_limit_is_refused_and_the_worker_keeps_its_own(settings: Any) -> None:
    settings.BACKTEST_MEMORY_MB = 64

    with pytest.raises(errors.OutOfMemory):
        isolation.call(lambda _beat: np.ones(16 * 2**20), seconds=60)
    assert isolation.call(lambda _beat: float(np.ones(2**20).sum()), seconds=60) == 2**20
    assert np.ones(16 * 2**20).nbytes == 128 * 2**20


@pytest.mark.parametrize("said", [MemoryError, SystemError])
def test_a_library_that_gets_no_memory_is_out_of_memory_however_it_says_so(said: type[Exception]) -> None:
    def fail(_beat: Callable[[], None]) -> None:
        raise said("error return without exception set")

    with pytest.raises(errors.OutOfMemory):
        isolation.call(fail, seconds=60)


def test_an_error_that_only_follows_from_a_refusal_of_memory_is_out_of_memory() -> None:
    def refused() -> None:
        raise MemoryError

    def compile_without_memory(_beat: Callable[[], None]) -> None:
        try:
            refused()
        except MemoryError:
            half_made: Any = None
            half_made.finish()

    with pytest.raises(errors.OutOfMemory):
        isolation.call(compile_without_memory, seconds=60)


def test_a_task_that_does_not_end_is_ended(tmp_path: Path) -> None:
    note = tmp_path / "pid"

    with pytest.raises(errors.RunTimedOut):
        isolation.call(lambda beat: endless(beat, note=note), seconds=0.5)
    assert gone(int(note.read_text(encoding="ascii")))


def test_each_step_may_take_its_time_and_no_step_more() -> None:
    def steps(beat: Callable[[], None]) -> str:
        for _ in range(6):
            time.sleep(0.5)
            beat()
        return "done"

    def stuck(beat: Callable[[], None]) -> None:
        time.sleep(0.5)
        beat()
        time.sleep(8)

    assert isolation.call(steps, seconds=60, step_seconds=2) == "done", "three seconds in all, half a one for a step"
    with pytest.raises(errors.RunTimedOut):
        isolation.call(stuck, seconds=60, step_seconds=2)


@pytest.mark.django_db
def test_a_script_may_have_a_minute_of_the_processor_and_what_an_administrator_says() -> None:
    def processor(_beat: Callable[[], None]) -> tuple[int, int]:
        return resource.getrlimit(resource.RLIMIT_CPU)

    # The kernel counts whole seconds: a signal after the first number, the end at the second.
    assert isolation.evaluate(processor, kind="script") == (61, 62)
    configuration.override("backtest.script_seconds", "7")
    assert isolation.evaluate(processor, kind="script") == (8, 9)
    assert isolation.evaluate_steps(processor, kind="script", between=lambda: None) == (601, 602)


@pytest.mark.django_db
def test_a_script_may_take_half_as_long_again_by_the_clock_and_no_longer_than_a_run() -> None:
    def idle(_beat: Callable[[], None]) -> int:
        time.sleep(10)
        return os.getpid()

    configuration.override("backtest.script_seconds", "1")
    with pytest.raises(errors.RunTimedOut):
        isolation.evaluate(idle, kind="script")
    with pytest.raises(errors.RunTimedOut):
        isolation.evaluate_steps(idle, kind="script", between=lambda: None)
    assert isolation.evaluate(idle, kind="rules") == os.getpid(), "rules are evaluated in the worker"

    configuration.override("backtest.script_seconds", "60")
    configuration.override("backtest.max_seconds", "5")
    with pytest.raises(errors.RunTimedOut):
        isolation.evaluate(idle, kind="script")


def test_who_stops_between_two_steps_ends_the_process(tmp_path: Path) -> None:
    note = tmp_path / "pid"

    def stop() -> None:
        raise errors.SweepStopped

    with pytest.raises(errors.SweepStopped):
        isolation.call(lambda beat: endless(beat, note=note), seconds=60, between=stop)
    assert gone(int(note.read_text(encoding="ascii")))


def test_who_stops_within_a_long_step_ends_the_process(tmp_path: Path) -> None:
    note = tmp_path / "pid"

    def silent(_beat: Callable[[], None]) -> None:
        endless(lambda: None, note=note)

    def stop() -> None:
        if note.exists():
            raise errors.SweepStopped

    with pytest.raises(errors.SweepStopped):
        isolation.call(silent, seconds=20, between=stop)
    assert gone(int(note.read_text(encoding="ascii")))


def test_what_the_task_refuses_arrives_with_its_words() -> None:
    def refuse(_beat: Callable[[], None]) -> None:
        raise errors.LotUnknown("No lot.", details={"symbol": "X"})

    with pytest.raises(errors.LotUnknown) as caught:
        isolation.call(refuse, seconds=60)
    assert (caught.value.message, caught.value.details) == ("No lot.", {"symbol": "X"})


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (signal.SIGKILL, errors.OutOfMemory),
        (signal.SIGABRT, errors.OutOfMemory),
        (signal.SIGXCPU, errors.RunTimedOut),
        (signal.SIGSEGV, processes.EvaluationBroke),
        (signal.SIGTERM, processes.EvaluationBroke),
    ],
)
def test_a_process_that_is_killed_says_why(number: signal.Signals, error: type[Exception]) -> None:
    with pytest.raises(error):
        isolation.call(lambda _beat: os.kill(os.getpid(), number), seconds=60)


def test_a_bug_breaks_the_process_and_its_trace_is_logged(capfd: pytest.CaptureFixture[str]) -> None:
    def broken(_beat: Callable[[], None]) -> object:
        empty: dict[str, object] = {}
        return empty["nothing"]

    with pytest.raises(processes.EvaluationBroke):
        isolation.call(broken, seconds=60)
    assert "KeyError: 'nothing'" in capfd.readouterr().err


def test_an_answer_that_came_while_somebody_looked_around_for_long_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that takes its time is no fault of a script."""
    monkeypatch.setattr(processes, "_QUIET_SECONDS", 0.0)
    reading, writing = os.pipe()

    def answered_meanwhile() -> None:
        os.write(writing, b"d")
        os.close(writing)
        moments.append(100.0)

    moments = [0.0]
    monkeypatch.setattr(clock, "monotonic", lambda: moments[-1])

    assert processes._listen(reading, until=60.0, step_seconds=math.inf, between=answered_meanwhile) == b"d"
    os.close(reading)


@pytest.mark.parametrize("harmful", [os.system, eval, Path, np.load])
def test_an_answer_names_nothing_that_could_act(harmful: object) -> None:
    raw = pickle.dumps(harmful)

    with pytest.raises(pickle.UnpicklingError):
        pickles.read(raw)


@pytest.mark.django_db
def test_a_script_that_wants_too_much_fails_its_run_and_the_next_one_completes(owner: User, settings: Any) -> None:
    make_prices()
    settings.BACKTEST_MEMORY_MB = 0
    heavy = request_run(owner, **SCRIPT)
    services.execute_pending()
    heavy = BacktestRun.objects.for_user(owner).get(pk=heavy.pk)
    settings.BACKTEST_MEMORY_MB = 1024
    light = make_completed_run(owner, **SCRIPT)

    assert (heavy.status, heavy.extra["code"]) == ("failed", "OUT_OF_MEMORY")
    assert (light.status, light.number_of_trades) == ("completed", 1)


@pytest.mark.django_db
def test_a_part_of_a_script_renews_its_lease_while_it_is_evaluated(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_prices()
    monkeypatch.setattr(constants, "WATCH_SECONDS", -1.0)
    monkeypatch.setattr(processes, "_BEAT_SECONDS", 0.0)
    sweep = request_sweep(owner, **SCRIPT)
    part = sweeps_work.claim_part()
    assert part is not None
    services.cancel_sweep(user=owner, sweep_id=sweep.sweep_id)

    sweeps_work.work(part)

    # Between two combinations the worker saw that the sweep was cancelled, and ended the process.
    assert SweepPart.objects.get(pk=part.pk).status == "running"
    assert Sweep.objects.unscoped().get(pk=sweep.pk).extra["code"] == "CANCELLED"
    assert BacktestRun.objects.unscoped().count() == 0
