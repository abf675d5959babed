"""A process whose clock is ten minutes ahead: ``python -m tests.faults.ahead celery …``.

What does not belong here: tests.
"""

from __future__ import annotations

import runpy
import sys
from datetime import UTC, datetime, timedelta

import time_machine

AHEAD = timedelta(minutes=10)

if __name__ == "__main__":
    with time_machine.travel(datetime.now(tz=UTC) + AHEAD, tick=True):
        sys.argv = sys.argv[1:]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
