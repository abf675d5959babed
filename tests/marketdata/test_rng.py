"""Random columns: the same bits at any length, the right distribution, and the AR(1) scan."""

from __future__ import annotations

import numpy as np
import pytest

from marketdata import rng

WORDS = [16515640433921817534, 17509724627584402692]


def test_the_words_of_a_stream_are_splitmix64():
    # The published generator's first outputs from state 1234567.
    assert rng.words(np.uint64(1234567 + 0x9E3779B97F4A7C15), np.arange(3, dtype=np.uint64)).tolist() == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


def test_the_words_of_a_name_never_change():
    assert rng.words(rng.key("market", "return"), np.arange(2, dtype=np.uint64)).tolist() == WORDS


def test_a_words_four_lanes_are_its_sixteen_bits_from_the_lowest():
    assert rng.lanes(np.array([0x0004_0003_0002_0001], dtype=np.uint64)).tolist() == [1, 2, 3, 4]


def test_counters_of_a_day_do_not_depend_on_the_days_asked_for_and_never_meet():
    two = rng.day_counters(np.array([7, 9]), 10)
    assert two.tolist() == [[21, 22, 23], [27, 28, 29]]  # ten lanes are three words
    assert rng.day_counters(np.array([9]), 10).tolist() == [[27, 28, 29]]


def test_streams_and_names_are_independent():
    first, _ = rng.normals("market", "return", 4000)
    for other in (rng.normals("market", "volatility", 4000)[0], rng.normals("sector/IT", "return", 4000)[0]):
        assert abs(np.corrcoef(first, other)[0, 1]) < 4 / np.sqrt(4000)


def test_a_column_is_the_beginning_of_a_longer_one():
    for draw in (rng.normals, rng.uniforms_and_normals):
        for short, long in zip(draw("a", "b", 100), draw("a", "b", 5000), strict=True):
            assert short.tobytes() == long[:100].tobytes()


def test_normals_are_standard_and_their_two_columns_unrelated():
    first, second = rng.normals("a", "b", 200_000)
    for column in (first, second):
        assert abs(column.mean()) < 4 / np.sqrt(200_000)
        assert abs(column.std() - 1) < 4 / np.sqrt(2 * 200_000)
        assert abs((column**4).mean() - 3) < 4 * np.sqrt(96 / 200_000)
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / np.sqrt(200_000)


def test_uniforms_stay_inside_fill_the_interval_and_do_not_know_their_normals():
    uniform, normal = rng.uniforms_and_normals("a", "b", 100_000)
    assert uniform.min() > 0
    assert uniform.max() < 1
    deciles = np.histogram(uniform, bins=10, range=(0, 1))[0]
    assert np.all(np.abs(deciles - 10_000) < 4 * np.sqrt(9_000))
    assert abs(np.corrcoef(uniform, normal)[0, 1]) < 4 / np.sqrt(100_000)


def test_tables_have_the_moments_of_their_distributions():
    normal, exponential = rng.normal_table(), rng.exponential_table().astype(np.float64)
    assert abs(normal.sum()) < 1e-7
    assert (normal * normal).mean() == pytest.approx(1, abs=1e-9)
    assert (normal**4).mean() == pytest.approx(3, abs=0.01)
    assert (exponential.mean(), exponential.var()) == pytest.approx((1, 1), abs=0.002)
    lognormal = rng.lognormal_table(0.45).astype(np.float64)
    assert (lognormal.mean(), np.log(lognormal).std()) == pytest.approx((1, 0.45), abs=1e-3)


def test_ar1_by_hand():
    assert rng.ar1(0.5, np.array([8.0, 0.0, 4.0, -2.0])).tolist() == [8.0, 4.0, 6.0, 1.0]


def test_ar1_equals_the_recursion_and_leaves_its_input_alone():
    shocks, _ = rng.normals("a", "b", 3000)
    before = shocks.copy()
    for phi in (0.5 ** (1 / 8), 0.5 ** (1 / 1826)):
        state, expected = 0.0, []
        for shock in shocks.tolist():
            state = phi * state + shock
            expected.append(state)
        np.testing.assert_allclose(rng.ar1(phi, shocks), expected, rtol=0, atol=1e-10)
    assert shocks.tobytes() == before.tobytes()


def test_ar1_of_a_prefix_has_the_same_bits():
    shocks, _ = rng.normals("a", "b", 3000)
    for phi in (0.5 ** (1 / 8), 0.5 ** (1 / 1826)):
        assert rng.ar1(phi, shocks[:777]).tobytes() == rng.ar1(phi, shocks)[:777].tobytes()


def test_ar1_runs_along_the_first_axis():
    both = rng.ar1(0.5, np.array([[8.0, 1.0], [0.0, 1.0], [4.0, 1.0]]))
    assert both.tolist() == [[8.0, 1.0], [4.0, 1.5], [6.0, 1.75]]
