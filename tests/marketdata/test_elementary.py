"""exp, log and the normal distribution: accurate, and the same bits whatever the processor can do."""

from __future__ import annotations

import hashlib
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import marketdata
from marketdata import elementary

AVX512 = "X86_V4 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR"
LEVELS = ("", AVX512, f"{AVX512} X86_V3 AVX2 FMA3 F16C")  # names of numpy 2.4 and of those before


def test_exp_to_a_few_units_in_the_last_place():
    values = np.linspace(-60, 60, 40_001)
    exact = np.array([math.exp(value) for value in values])
    assert np.abs(elementary.exp(values) / exact - 1).max() < 1e-15
    assert elementary.exp(np.array([0.0, 1.0])).tolist() == [1.0, math.e]


def test_exp_stays_finite_beyond_its_limit():
    assert elementary.exp(np.array([-1e9, 1e9])).tolist() == [math.exp(-64), math.exp(64)]


@pytest.mark.parametrize(("reach", "error"), [(0.01, 3e-15), (0.25, 5e-7)])
def test_exp_near_zero_is_as_good_as_it_says(reach, error):
    values = np.linspace(-reach, reach, 10_001)
    exact = np.array([math.exp(value) for value in values])
    assert np.abs(elementary.exp_near_zero(values) / exact - 1).max() < error


def test_log_to_two_units_in_the_last_place():
    values = np.concatenate([np.linspace(0.4, 2.5, 20_001), np.array([1e-9, 5.0, 1_570.0, 8e6, 1e15])])
    exact = np.array([math.log(value) for value in values])
    assert np.all(np.abs(elementary.log(values) - exact) <= 2.5e-16 * np.maximum(np.abs(exact), 1))


def test_normal_cdf_and_density_over_the_whole_range():
    values = np.linspace(-10, 10, 40_001)
    exact = np.array([0.5 * math.erfc(-value / math.sqrt(2)) for value in values])
    assert np.abs(elementary.normal_cdf(values) - exact).max() < 4e-16
    density = np.array([math.exp(-0.5 * value * value) / math.sqrt(2 * math.pi) for value in values])
    assert np.abs(elementary.normal_density(values) - density).max() < 4e-16


def test_normal_cdf_at_well_known_places():
    found = elementary.normal_cdf(np.array([0.0, 1.0, 1.959963984540054, -8.0]))
    assert found.tolist() == pytest.approx([0.5, 0.841344746068542948, 0.975, 6.22096057427178e-16], rel=1e-12)


PROGRAM = """
import hashlib, sys
import numpy as np
from marketdata import elementary
values = np.linspace(-9, 9, 100_001)
for function in (elementary.exp, elementary.exp_near_zero, elementary.normal_cdf, elementary.normal_density):
    print(hashlib.sha256(function(values).tobytes()).hexdigest())
print(hashlib.sha256(elementary.log(np.abs(values) + 1e-3).tobytes()).hexdigest())
"""


@pytest.mark.parametrize("disabled", LEVELS)
def test_the_same_bits_at_every_level_of_the_processor(disabled):
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM],
        env={
            **os.environ,
            "PYTHONPATH": str(Path(marketdata.__file__).parents[1]),
            "NPY_DISABLE_CPU_FEATURES": disabled,
        },
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    values = np.linspace(-9, 9, 100_001)
    columns = [
        *(f(values) for f in (elementary.exp, elementary.exp_near_zero, elementary.normal_cdf)),
        elementary.normal_density(values),
        elementary.log(np.abs(values) + 1e-3),
    ]
    assert found == [hashlib.sha256(column.tobytes()).hexdigest() for column in columns]
