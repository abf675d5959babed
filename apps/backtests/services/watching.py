"""What a run says of itself between the steps of its work, and how it learns that it is not wanted any more.

What does not belong here: that its worker lives (leases), how it ends (results).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.backtests import constants, errors
from apps.backtests.enums import RunStatus, Stage
from apps.backtests.models import BacktestRun
from apps.backtests.services import telling
from apps.core import clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    # Called between two steps with the share of them that is done, 0 to 1.
    Between = Callable[[float], None]

SIMULATING_PROGRESS = 0.3


class Watch:
    """The watch over one attempt at a run. Work that takes long calls it between its steps, as often as it likes."""

    def __init__(self, run: BacktestRun) -> None:
        self._run = run
        self._due = clock.monotonic() + constants.WATCH_SECONDS

    def loading(self, share: float) -> None:
        """Go on loading prices, of which this share is there.

        :raises RunCancelled: if the run was cancelled, or has ended
        """
        if clock.monotonic() >= self._due:
            self._note(Stage.LOADING, progress=share * SIMULATING_PROGRESS)

    def enter_simulation(self) -> None:
        """Show that the prices are loaded.

        :raises RunCancelled: if the run was cancelled, or has ended
        """
        self._note(Stage.SIMULATING, progress=SIMULATING_PROGRESS)

    def simulating(self) -> None:
        """Go on simulating, of which nobody knows how far it is: nothing new is told.

        :raises RunCancelled: if the run was cancelled, or has ended
        """
        if clock.monotonic() >= self._due:
            if not self._wanted().exists():
                raise errors.RunCancelled
            self._due = clock.monotonic() + constants.WATCH_SECONDS

    def _note(self, stage: Stage, *, progress: float) -> None:
        if not self._wanted().update(stage=stage, progress=progress, updated_at=clock.now()):
            raise errors.RunCancelled
        # Its end is told with what it had come to.
        self._run.progress = progress
        telling.tell_run(self._run, status=RunStatus.RUNNING, stage=stage, progress=progress)
        self._due = clock.monotonic() + constants.WATCH_SECONDS

    def _wanted(self) -> QuerySet[BacktestRun]:
        """The run's row while this attempt is to go on."""
        run = self._run
        return BacktestRun.objects.unscoped().filter(
            pk=run.pk, status=RunStatus.RUNNING, attempt=run.attempt, cancel_requested=False
        )
