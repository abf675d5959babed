"""What holds for every indicator of the registry, the next one included."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine import indicators
from engine.errors import InvalidRules
from engine.indicators import Indicator
from tests.engine.indicators.samples import head, hostile, sessions, walk

Case = tuple[Indicator, dict[str, float]]


def _cases() -> list[Case]:
    """Each indicator with its defaults, and with each parameter at its least, a little more, and long."""
    cases: list[Case] = []
    for indicator in indicators.REGISTRY.values():
        tried: list[dict[str, float]] = [{}]
        for parameter in indicator.parameters:
            tried += [{parameter.name: value} for value in (parameter.minimum, parameter.minimum + 1, 60)]
        for given in tried:
            try:
                cases.append((indicator, dict(indicators.resolve(indicator, given))))
            except InvalidRules:
                continue
    return cases


def _label(case: Case) -> str:
    return f"{case[0].name}({','.join(f'{value:g}' for value in case[1].values())})"


CASES = _cases()
BARS = walk(400)
DAYS = sessions(7)
every_case = pytest.mark.parametrize("case", CASES, ids=_label)


def test_the_registry_holds_what_was_asked_for():
    asked = """
        SMA EMA WMA DEMA TEMA HMA KAMA VWMA RSI STOCH STOCHRSI CCI WILLR MFI ROC MOM MACD PPO APO TRIX
        ATR NATR BBANDS KELTNER DONCHIAN STDDEV ADX PLUS_DI MINUS_DI AROON SAR SUPERTREND ICHIMOKU
        OBV AD VWAP PIVOTS HIGHEST LOWEST PREV_DAY OPENING_RANGE TIME DAY_OF_WEEK DTE
    """
    assert set(asked.split()) <= set(indicators.REGISTRY)
    assert {case[0].name for case in CASES} == set(indicators.REGISTRY)


def test_what_may_be_absent_after_its_warm_up_says_so():
    waiting = {name for name, indicator in indicators.REGISTRY.items() if indicator.absent}
    assert waiting == {"VWAP", "VWAP_BANDS", "VWMA", "PIVOTS", "PREV_DAY", "OPENING_RANGE", "GAP", "DTE"}


@every_case
def test_the_warm_up_is_exact_for_every_output(case):
    indicator, params = case
    outputs = indicators.compute(indicator.name, params, BARS)
    assert tuple(outputs) == indicator.outputs
    for column in outputs.values():
        assert column.dtype == np.float64
        missing = np.isnan(column)
        assert missing[: indicator.warmup(params)].all()
        assert indicator.absent or not missing[indicator.warmup(params) :].any()


@every_case
@pytest.mark.parametrize("bars", [BARS, DAYS], ids=["walk", "sessions"])
def test_the_future_changes_nothing_before_it(case, bars):
    indicator, params = case
    whole = indicators.compute(indicator.name, params, bars)
    ready = indicator.warmup(params)
    for size in {ready, ready + 1, ready + 2, ready + 17, 160, 300}:
        known = indicators.compute(indicator.name, params, head(bars, size))
        for name in indicator.outputs:
            np.testing.assert_array_equal(known[name], whole[name][:size])


@every_case
@pytest.mark.parametrize("size", [0, 1, 2])
def test_too_few_bars_give_as_many_values_and_no_error(case, size):
    indicator, params = case
    for column in indicators.compute(indicator.name, params, head(BARS, size)).values():
        assert len(column) == size
        missing = int(np.isnan(column).sum())
        assert missing == min(size, indicator.warmup(params)) or (indicator.absent and missing <= size)


@every_case
@pytest.mark.parametrize("market", hostile())
def test_no_market_gives_an_infinite_value_or_one_in_the_warm_up(case, market):
    indicator, params = case
    bars = hostile()[market]
    for column in indicators.compute(indicator.name, params, bars).values():
        assert len(column) == len(bars)
        assert not np.isinf(column).any()
        assert np.isnan(column[: indicator.warmup(params)]).all()
        assert indicator.absent or not np.isnan(column[indicator.warmup(params) :]).any()


@every_case
def test_bars_are_left_as_they_were(case):
    indicator, params = case
    before = [column.copy() for column in (BARS.high, BARS.low, BARS.close, BARS.volume)]
    indicators.compute(indicator.name, params, BARS)
    for column, copy in zip((BARS.high, BARS.low, BARS.close, BARS.volume), before, strict=True):
        np.testing.assert_array_equal(column, copy)


@pytest.mark.parametrize("indicator", indicators.REGISTRY.values(), ids=lambda indicator: indicator.name)
def test_every_bound_of_every_parameter_is_kept(indicator):
    for parameter in indicator.parameters:
        wrong = [parameter.minimum - 1, parameter.maximum + 1, float("nan"), float("inf")]
        wrong += [parameter.minimum + 0.5] if parameter.kind == "integer" else []
        for value in wrong:
            with pytest.raises(InvalidRules) as refusal:
                indicators.compute(indicator.name, {parameter.name: value}, BARS)
            assert refusal.value.pointer == f"/{parameter.name}"
        assert parameter.minimum <= parameter.default <= parameter.maximum


def test_the_catalogue_is_json_and_complete():
    listed = json.loads(json.dumps(indicators.catalogue()))
    assert [entry["name"] for entry in listed] == sorted(indicators.REGISTRY)
    macd = next(entry for entry in listed if entry["name"] == "MACD")
    assert macd == {
        "name": "MACD",
        "label": "Moving average convergence/divergence",
        "parameters": [
            {"name": "fastperiod", "label": "Fast period", "type": "integer", "default": 12, "min": 2, "max": 500},
            {"name": "slowperiod", "label": "Slow period", "type": "integer", "default": 26, "min": 2, "max": 500},
            {"name": "signalperiod", "label": "Signal period", "type": "integer", "default": 9, "min": 1, "max": 500},
        ],
        "inputs": ["CLOSE"],
        "outputs": ["macd", "signal", "hist"],
        "warmup_bars": 33,
        "absent": "",
        "source": "TA-Lib MACD",
    }
