"""What holds for every rules document, sound or not."""

from __future__ import annotations

import json
import re

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import rules
from engine.errors import InvalidRules
from tests.engine.indicators.samples import head, sessions
from tests.engine.rules import reference
from tests.engine.rules.documents import conditions, documents

SLOTS = ("enter_long", "exit_long", "enter_short", "exit_short")
BARS = sessions(4, bars_a_day=20)
unhurried = settings(deadline=None, derandomize=True)

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["CLOSE", "SMA(9)"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
KEYS = (
    "name inputs enter_long exit_long direction exits sizing all any not left op right upper rules conditions "
    "operator action indicator params output offset timeframe price number input kind value BUY 1h"
)
words = st.sampled_from(re.findall(r"\w+", KEYS))
near_misses = st.recursive(
    json_values | st.sampled_from(["CROSS_ABOVE", "RISING", "BETWEEN", ">", "AND", "SMA", "cash", 1, 14]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=5),
    max_leaves=25,
)


@unhurried
@given(documents)
def test_the_canonical_document_gives_the_plan_back(document):
    plan = rules.parse(document)
    canonical = rules.to_json(plan)
    assert rules.parse(canonical) == plan
    assert rules.parse(json.dumps(canonical)) == plan
    assert rules.to_json(rules.parse(canonical)) == canonical
    assert rules.parse(dict(sorted(canonical.items(), reverse=True))) == plan


@unhurried
@given(documents)
def test_a_plan_is_one_sentence_of_ascii_text(document):
    sentence = rules.sentence(rules.parse(document))
    assert sentence.isascii()
    assert sentence.isprintable()
    assert sentence.endswith(".")


@settings(unhurried, max_examples=60)
@given(conditions())
def test_evaluation_says_on_every_bar_what_a_slow_reading_says(condition):
    plan = rules.parse({"enter_long": condition})
    expected = [reference.holds(plan.enter_long, BARS, index) for index in range(len(BARS))]
    assert rules.evaluate(plan, BARS).enter_long.tolist() == expected


@unhurried
@given(documents, st.integers(0, len(BARS)))
def test_the_future_changes_no_signal_and_the_warm_up_has_none(document, size):
    plan = rules.parse(document)
    whole, known = rules.evaluate(plan, BARS), rules.evaluate(plan, head(BARS, size))
    # How many bars a longer one takes, only the bars say: what is not reached in them is not known yet.
    assert known.warmup_bars == whole.warmup_bars or min(known.warmup_bars, whole.warmup_bars) >= size
    for slot in SLOTS:
        column = getattr(whole, slot)
        np.testing.assert_array_equal(getattr(known, slot), column[:size])
        assert not column[: whole.warmup_bars].any()


@unhurried
@given(documents)
def test_the_same_plan_and_bars_give_the_same_signals(document):
    first, second = (rules.evaluate(rules.parse(document), BARS) for _ in range(2))
    for slot in SLOTS:
        np.testing.assert_array_equal(getattr(first, slot), getattr(second, slot))


@settings(unhurried, max_examples=300)
@given(json_values | near_misses)
def test_anything_else_is_refused_in_one_way_only(document):
    try:
        plan = rules.parse(document)
    except InvalidRules as refusal:
        pointer, said = refusal.pointer, str(refusal)
    else:
        rules.evaluate(plan, BARS)
        return
    assert pointer == "" or pointer.startswith("/")
    assert said.isascii()


@settings(unhurried, max_examples=300)
@given(documents, st.data())
def test_a_damaged_document_is_refused_in_one_way_only(document, data):
    text = json.dumps(document)
    at = data.draw(st.integers(0, len(text) - 1))
    damaged = text[:at] + data.draw(st.text(max_size=3)) + text[at + data.draw(st.integers(0, 3)) :]
    try:
        plan = rules.parse(damaged)
    except InvalidRules:
        return
    assert rules.parse(rules.to_json(plan)) == plan


def test_the_catalogue_of_words_is_json():
    listed = json.loads(json.dumps(rules.catalogue()))
    assert [operator["name"] for operator in listed["operators"]] == (
        [">", ">=", "<", "<=", "==", "!=", "CROSS_ABOVE", "CROSS_BELOW", "RISING", "FALLING", "BETWEEN"]
    )
    assert listed["prices"] == ["OPEN", "HIGH", "LOW", "CLOSE", "VOLUME"]
    kinds = {"all_in", "quantity", "cash", "percent_of_equity", "risk_per_trade"}
    assert {kind["name"] for kind in listed["sizing"]} == kinds
    assert listed["timeframes"] == ["15m", "30m", "1h", "1d", "1w"]
    assert {"name": "square_off", "label": "square off", "unit": "HH:MM", "above": None, "max": None} in listed["exits"]
    assert {"name": "offset_pct", "label": "distance from the close", "unit": "percent", "above": 0, "max": 99} in (
        listed["entries"]
    )
