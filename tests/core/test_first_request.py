"""What a process of the web server has loaded before its first request."""

from __future__ import annotations

import subprocess
import sys


def test_the_first_request_waits_for_no_view() -> None:
    # A process of its own: this one has loaded them for other tests.
    asked = "import sys, config.wsgi; print('apps.backtests.views' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert answer.stdout.split()[-1] == "True"
