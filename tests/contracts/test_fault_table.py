"""docs/faults.md names each fault of the catalogue once, and tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
TABLE = (TESTS.parent / "docs" / "faults.md").read_text(encoding="utf-8")
FAULTS = 46


def test_each_fault_has_a_row_and_a_proof() -> None:
    rows = re.findall(r"^\| (\d+) \|(.*)\|$", TABLE, flags=re.MULTILINE)

    assert sorted(int(number) for number, _ in rows) == list(range(1, FAULTS + 1))
    assert [number for number, row in rows if "::test_" not in row] == []


def test_every_proof_is_a_test() -> None:
    named = re.findall(r"`([a-z_/]+\.py)::(test_[a-z0-9_]+)`", TABLE)

    assert len(named) > FAULTS
    missing = [f"{path}::{name}" for path, name in named if f"def {name}(" not in (TESTS / path).read_text("utf-8")]
    assert missing == []
