"""Random columns: the same bits at any length, the right distribution, and the AR(1) scan."""

from __future__ import annotations

import numpy as np

from marketdata import rng


def test_the_words_of_a_stream_never_change():
    assert rng.words("market", "return", 3).tolist() == [6853891598995820499, 9831238470441972882, 17031297537784474288]


def test_streams_and_names_are_independent():
    first, _ = rng.normals("market", "return", 4000)
    for other in (rng.normals("market", "volatility", 4000)[0], rng.normals("sector/IT", "return", 4000)[0]):
        assert abs(np.corrcoef(first, other)[0, 1]) < 4 / np.sqrt(4000)


def test_a_column_is_the_beginning_of_a_longer_one():
    for draw in (rng.normals, rng.uniforms):
        for short, long in zip(draw("a", "b", 100), draw("a", "b", 5000), strict=True):
            assert short.tobytes() == long[:100].tobytes()


def test_normals_are_standard_and_their_two_columns_unrelated():
    first, second = rng.normals("a", "b", 200_000)
    for column in (first, second):
        assert abs(column.mean()) < 4 / np.sqrt(200_000)
        assert abs(column.std() - 1) < 4 / np.sqrt(2 * 200_000)
        assert abs((column**4).mean() - 3) < 4 * np.sqrt(96 / 200_000)
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / np.sqrt(200_000)


def test_uniforms_stay_inside_and_fill_the_interval():
    for column in rng.uniforms("a", "b", 100_000):
        assert column.min() > 0
        assert column.max() < 1
        deciles = np.histogram(column, bins=10, range=(0, 1))[0]
        assert np.all(np.abs(deciles - 10_000) < 4 * np.sqrt(9_000))


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
