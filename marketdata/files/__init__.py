"""Real market data in files: what a file holds, as columns, or a typed refusal.

Public: :func:`read`, the tables in ``marketdata.files.tables``, the errors in ``marketdata.files.errors`` and the
provider over a folder in ``marketdata.files.provider``. What does not belong here: storing, Django, the clock.
"""

from __future__ import annotations

from marketdata.files.errors import FileRefused
from marketdata.files.reading import read
from marketdata.files.tables import FileKind, Part, Problem, Request

__all__ = ["FileKind", "FileRefused", "Part", "Problem", "Request", "read"]
