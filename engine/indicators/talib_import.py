"""TA-Lib, imported without pandas.

TA-Lib wraps every function for pandas as soon as pandas is installed, which costs a worker 1.3 s of import instead
of 0.02 s and 45 MB, and each call a search for Series among its arguments. The engine hands it numpy columns only.
The absence lasts for the import alone, which runs at start-up, before any thread that could import pandas.
What does not belong here: any indicator.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import cast


def _load() -> ModuleType:
    """Import TA-Lib while pandas looks absent, unless something else has imported pandas already."""
    if "pandas" in sys.modules:
        return importlib.import_module("talib")
    modules = cast("dict[str, ModuleType | None]", sys.modules)
    modules["pandas"] = None
    try:
        return importlib.import_module("talib")
    finally:
        del modules["pandas"]


talib = _load()
