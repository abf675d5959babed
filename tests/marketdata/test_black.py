"""Black's formula: the worked values, parity, implied volatility and Greeks against finite differences."""

from __future__ import annotations

import numpy as np
import pytest

from marketdata import black


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


FORWARD, STRIKE = column(24_580, 25_000, 25_000, 25_000), column(24_550, 25_000, 25_000, 25_200)
YEARS, VOLATILITY = column(15, 7, 7, 7) / 365, column(0.1492, 0.15, 0.15, 0.15)
IS_CALL = np.array([True, True, False, True])
TERMS = {"forward": FORWARD, "strike": STRIKE, "years": YEARS, "is_call": IS_CALL}


def prices(volatility: np.ndarray, *, forward: np.ndarray, years: np.ndarray) -> np.ndarray:
    deviation = volatility * np.sqrt(years)
    return np.where(IS_CALL, black.call(forward, STRIKE, deviation), black.put(forward, STRIKE, deviation))


def test_worked_prices():
    found = prices(VOLATILITY, forward=FORWARD, years=YEARS)
    assert np.round(found, 2).tolist() == [311.64, 207.17, 207.17, 123.12]


def test_worked_greeks():
    found = black.greeks(VOLATILITY, **TERMS)
    assert np.round(found.delta, 4).tolist() == [0.5221, 0.5041, -0.4959, 0.3545]
    assert np.round(found.gamma[:3], 6).tolist() == [0.000536, 0.000768, 0.000768]
    assert np.round(found.theta[:3], 3).tolist() == [-9.871, -14.798, -14.798]
    assert np.round(found.vega[:3], 3).tolist() == [19.848, 13.811, 13.811]


def test_greeks_are_the_slopes_of_the_price():
    found = black.greeks(VOLATILITY, **TERMS)
    up, down = (prices(VOLATILITY, forward=FORWARD + step, years=YEARS) for step in (1, -1))
    base = prices(VOLATILITY, forward=FORWARD, years=YEARS)
    np.testing.assert_allclose(found.delta, (up - down) / 2, rtol=1e-5)
    np.testing.assert_allclose(found.gamma, up - 2 * base + down, rtol=1e-4)
    more, less = (prices(VOLATILITY + step, forward=FORWARD, years=YEARS) for step in (1e-4, -1e-4))
    np.testing.assert_allclose(found.vega, (more - less) / 2e-4 / 100, rtol=1e-5)
    later, earlier = (prices(VOLATILITY, forward=FORWARD, years=YEARS + step / 365) for step in (1e-3, -1e-3))
    np.testing.assert_allclose(found.theta, (earlier - later) / 2e-3, rtol=1e-5)
    # Discounting at a rate r makes a price exp(-r x years) as large: a point of interest takes years percent of it.
    np.testing.assert_allclose(found.rho, -YEARS * base / 100, rtol=1e-12)


def test_implied_volatility_is_the_volatility_of_the_price():
    spread = np.linspace(0.002, 4.9, 200)
    size = np.ones(200)
    for strike, is_call in ((24_000.0, True), (25_000.0, False), (26_000.0, True)):
        terms = {"forward": 25_000 * size, "strike": strike * size, "years": 0.5 * size}
        call = black.call(terms["forward"], terms["strike"], spread * np.sqrt(0.5))
        price = call if is_call else call - (terms["forward"] - terms["strike"])
        found = black.implied_volatility(price, is_call=np.full(200, is_call), **terms)
        far = spread > 0.05  # below, a price this far from the money is intrinsic value to the last bit
        np.testing.assert_allclose(found[far], spread[far], atol=1e-6)


@pytest.mark.parametrize(
    ("price", "is_call"),
    [(999.99, True), (25_001.0, True), (0.0, False), (24_000.5, False)],
)
def test_a_price_below_intrinsic_value_or_above_the_bound_implies_none(price, is_call):
    # Forward 25,000 and strike 24,000: a call is worth 1,000 to 25,000, a put more than nothing and up to 24,000.
    terms = {"forward": column(25_000), "strike": column(24_000), "years": column(0.02)}
    price = price if price else -0.01
    found = black.implied_volatility(column(price), is_call=np.array([is_call]), **terms)
    assert np.isnan(found).all()
    greeks = black.greeks(found, is_call=np.array([is_call]), **terms)
    assert all(np.isnan(getattr(greeks, name)).all() for name in ("delta", "gamma", "theta", "vega", "rho"))


def test_nothing_but_intrinsic_value_is_left_without_variance():
    found = black.call(column(100, 100, 100), column(90, 100, 110), column(0, 0, 0))
    np.testing.assert_allclose(found, [10, 0, 0], atol=1e-6)


def test_parity_holds_to_the_last_bits():
    deviation = VOLATILITY * np.sqrt(YEARS)
    difference = black.call(FORWARD, STRIKE, deviation) - black.put(FORWARD, STRIKE, deviation)
    np.testing.assert_allclose(difference, FORWARD - STRIKE, atol=1e-8)
