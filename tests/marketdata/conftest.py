"""Where the real sample files are. What does not belong here: anything made from them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def nse_data() -> Path:
    """The folder of NSE sample files: ``NSE_DATA``, or beside the checkout; a visible skip where it is missing."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "data" / "nse"
    folder = Path(os.environ.get("NSE_DATA", beside))
    if not folder.is_dir():
        pytest.skip("the NSE sample files are not beside the checkout")
    return folder
