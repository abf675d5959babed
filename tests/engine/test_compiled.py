"""The cache of a compiled function is found by everything that may be compiled into it."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest
from numba import njit

from engine import compiled
from engine.simulation import kernel, steps


@pytest.mark.parametrize("function", [kernel.simulate, steps.step_open])
def test_the_name_in_the_cache_carries_the_fingerprint(function):
    index = cast(Any, function)._cache._cache_file
    assert compiled.FINGERPRINT in index._index_path
    assert compiled.FINGERPRINT in index._data_path(index._data_name(1))


@pytest.mark.parametrize("changed", ["simulation/interface.py", "costs/arithmetic.py", "compiled.py"])
def test_a_change_of_a_constant_or_of_what_is_called_changes_the_fingerprint(tmp_path, changed):
    for name in ("simulation/interface.py", "simulation/kernel.py", "costs/arithmetic.py", "compiled.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("NONE, SIGNAL = range(2)")
    before = compiled.fingerprint(tmp_path)
    assert compiled.fingerprint(tmp_path) == before
    (tmp_path / changed).write_text("SIGNAL, NONE = range(2)")
    assert compiled.fingerprint(tmp_path) != before


@njit
def _double(values: Any) -> Any:
    given = compiled.lent(values)
    for index in range(len(given)):
        given[index] *= 2
    return given.sum()


def test_what_is_lent_is_the_array_itself():
    values = np.array([1, 2, 3])
    assert _double(values) == 12
    assert values.tolist() == [2, 4, 6]
    assert _double(values[::-2]) == 16
    assert values.tolist() == [4, 4, 12]
