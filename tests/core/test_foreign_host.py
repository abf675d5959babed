"""The day is India's wherever the machine stands, and whatever its own clock does that night (faults 27 and 29)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ASK = """
import django, time_machine
django.setup()
from apps.core import clock
from marketdata import sessions
for moment in ("2026-01-05T18:29:59+00:00", "2026-01-05T18:30:00+00:00", "2025-11-02T05:59:59+00:00",
               "2025-11-02T06:30:00+00:00", "2025-11-03T09:59:59+00:00", "2025-11-03T10:00:00+00:00"):
    with time_machine.travel(moment, tick=False):
        now = clock.now()
        print(clock.today(), clock.midnight(clock.today()).isoformat(), sessions.last_final_day(now))
"""
# New York turns its clocks back at 06:00 UTC on 2025-11-02, a Sunday. The NSE closes at 10:00 UTC.
ANSWERS = """\
2026-01-05 2026-01-05T00:00:00+05:30 2026-01-05
2026-01-06 2026-01-06T00:00:00+05:30 2026-01-05
2025-11-02 2025-11-02T00:00:00+05:30 2025-11-01
2025-11-02 2025-11-02T00:00:00+05:30 2025-11-01
2025-11-03 2025-11-03T00:00:00+05:30 2025-11-02
2025-11-03 2025-11-03T00:00:00+05:30 2025-11-03
"""


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/New_York"])
def test_the_day_and_the_last_final_one_are_those_of_india(zone: str) -> None:
    environ = {**os.environ, "TZ": zone}

    said = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    )

    assert said.stdout == ANSWERS
