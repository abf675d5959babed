"""What a process of the web server has loaded before its first request."""

from __future__ import annotations

import subprocess
import sys


def test_the_first_request_waits_for_no_view() -> None:
    # A process of its own: this one has loaded them for other tests.
    asked = "import sys, config.wsgi; print('apps.backtests.views' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert answer.stdout.split()[-1] == "True"


def test_no_request_waits_for_a_look_through_all_that_is_loaded() -> None:
    asked = "import gc, config.wsgi; print(gc.get_freeze_count() > 100_000, len(gc.get_objects()) < 1_000)"
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert answer.stdout.split()[-2:] == ["True", "True"]
