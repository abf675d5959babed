"""Health of a container, seen from inside it. What does not belong here: readiness of the service (/health/ready)."""

from __future__ import annotations

import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

WEB_URL = "http://127.0.0.1:8000/health/live"
TIMEOUT_SECONDS = 4
# Beat writes its schedule every three minutes; three missed writes are a hang.
BEAT_SILENCE_SECONDS = 600


def web(*, url: str = WEB_URL) -> bool:
    """Whether the web process answers under a host name it accepts."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().removeprefix(".")
    request = urllib.request.Request(url, headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):
            return True
    except (urllib.error.URLError, TimeoutError):
        return False


def beat(*, now: float) -> bool:
    """Whether beat has written its schedule of late; the database module may add endings to the name."""
    schedule = Path(os.environ["BEAT_SCHEDULE_FILE"])
    written = [path.stat().st_mtime for path in schedule.parent.glob(f"{schedule.name}*")]
    return bool(written) and now - max(written) < BEAT_SILENCE_SECONDS


if __name__ == "__main__":
    sys.exit(not {"web": web, "beat": lambda: beat(now=time.time())}[sys.argv[1]]())
