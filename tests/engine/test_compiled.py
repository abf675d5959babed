"""The cache of a compiled function is found by everything that may be compiled into it."""

from __future__ import annotations

from typing import Any, cast

import pytest

from engine import compiled
from engine.simulation import kernel, steps


@pytest.mark.parametrize("function", [kernel.simulate, steps.step_open])
def test_the_name_in_the_cache_carries_the_fingerprint(function):
    index = cast(Any, function)._cache._cache_file
    assert compiled.FINGERPRINT in index._index_path
    assert compiled.FINGERPRINT in index._data_path(index._data_name(1))


@pytest.mark.parametrize("changed", ["simulation/interface.py", "costs/arithmetic.py"])
def test_a_change_of_a_constant_or_of_what_is_called_changes_the_fingerprint(tmp_path, changed):
    for name in ("simulation/interface.py", "simulation/kernel.py", "costs/arithmetic.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("NONE, SIGNAL = range(2)")
    before = compiled.fingerprint(tmp_path)
    assert compiled.fingerprint(tmp_path) == before
    (tmp_path / changed).write_text("SIGNAL, NONE = range(2)")
    assert compiled.fingerprint(tmp_path) != before
