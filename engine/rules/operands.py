"""Operands of a rules document: numbers, prices, indicators and inputs, as objects or as text like ``EMA(9)[1]``.

What does not belong here: comparing them, computing them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from engine import indicators
from engine.errors import InvalidRules
from engine.rules import vocabulary
from engine.rules.reading import Node, quoted
from engine.types import Operand, Timeframe

INPUT_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)
_TEXT = re.compile(
    r"(?P<name>[A-Z][A-Z0-9_]{0,19})"
    r"(?:\((?P<arguments>[a-z0-9_.,\- ]*)\))?"
    r"(?:\.(?P<output>[a-z][a-z0-9_]{0,19}))?"
    r"(?:@(?P<timeframe>[0-9]{1,2}[a-z]))?"
    r"(?:\[(?P<offset>[0-9]{1,3})\])?",
    re.ASCII,
)
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?", re.ASCII)
_LONGEST = 80
_KINDS = {
    "number": ("number",),
    "input": ("input",),
    "price": ("price", "offset", "timeframe"),
    "indicator": ("indicator", "params", "output", "offset", "timeframe"),
}
# What depends on the position, which no signal knows: signals are the same whatever was filled.
_POSITION = ("PNL", "POSITION", "ENTRY_PRICE", "BARS_HELD")


@dataclass(frozen=True, slots=True)
class OperandReader:
    """Reads operands, and numbers that may stand for an input; ``inputs`` are the values by name."""

    inputs: Mapping[str, float]

    def read(self, node: Node) -> Operand:
        """Any operand.

        :raises InvalidRules: if it cannot be understood
        """
        if isinstance(node.value, str):
            return self._from_text(node)
        if isinstance(node.value, dict):
            return self._from_object(node)
        return Operand(kind="number", value=node.number())

    def number(self, node: Node) -> float:
        """A number, or an input that stands for one, as ``{"input": name}`` or by its bare name.

        :raises InvalidRules: if it is neither
        """
        if isinstance(node.value, dict):
            fields = node.fields(("input",))
            if "input" not in fields:
                raise node.refusal("Expected a number or an input")
            return self._input(fields["input"])
        return self._input(node) if isinstance(node.value, str) else node.number()

    def whole(self, node: Node, *, minimum: int, maximum: int) -> int:
        """A whole number, or an input that stands for one, within bounds.

        :raises InvalidRules: if it is anything else
        """
        value = self.number(node)
        if value != int(value) or not minimum <= value <= maximum:
            raise node.refusal(f"Expected a whole number from {minimum} to {maximum}")
        return int(value)

    def _input(self, node: Node) -> float:
        name = node.text(at_most=_LONGEST)
        if name not in self.inputs:
            raise node.refusal(f"{quoted(name)} is no input of this strategy; prices and indicators are in capitals")
        return self.inputs[name]

    def _from_object(self, node: Node) -> Operand:
        members = node.members()
        kind = next((kind for kind in _KINDS if kind in members), None)
        if kind is None:
            raise node.refusal(f"An operand has one of the keys {', '.join(_KINDS)}")
        fields = node.fields(_KINDS[kind])
        if kind not in fields:
            raise node.refusal(f"{kind} has no value")
        if kind in ("number", "input"):
            value = self.number(fields[kind]) if kind == "number" else self._input(fields[kind])
            return Operand(kind="number", value=value)
        offset = self.whole(fields["offset"], minimum=0, maximum=vocabulary.MAX_OFFSET) if "offset" in fields else 0
        if kind == "price":
            name = fields["price"].choice(vocabulary.PRICES)
            return Operand(kind="price", name=name, offset=offset, timeframe=_timeframe(fields))
        return self._indicator_object(fields, offset=offset)

    def _indicator_object(self, fields: Mapping[str, Node], *, offset: int) -> Operand:
        indicator = _indicator(fields["indicator"], name=fields["indicator"].text(at_most=_LONGEST))
        params = fields.get("params", Node({}, ""))
        given = {key: self.number(member) for key, member in params.members().items()}
        try:
            resolved = indicators.resolve(indicator, given)
        except InvalidRules as refusal:
            raise InvalidRules(pointer=params.pointer + refusal.pointer, reason=refusal.reason) from refusal
        return Operand(
            kind="indicator",
            name=indicator.name,
            params=resolved,
            output=fields["output"].choice(indicator.outputs) if "output" in fields else indicator.outputs[0],
            offset=offset,
            timeframe=_timeframe(fields),
        )

    def _from_text(self, node: Node) -> Operand:
        text = node.text(at_most=_LONGEST).strip()
        if INPUT_NAME.fullmatch(text):
            return Operand(kind="number", value=self._input(Node(text, node.pointer)))
        if (clock := _CLOCK.fullmatch(text)) is not None:
            return Operand(kind="number", value=float(clock[1] + clock[2]))
        match = _TEXT.fullmatch(text)
        if match is None:
            raise node.refusal(
                f"{quoted(text)} is not an operand such as CLOSE, EMA(9), RSI(14)@1h or MACD(12,26,9).signal[1]"
            )
        offset = int(match["offset"] or 0)
        if offset > vocabulary.MAX_OFFSET:
            raise node.refusal(f"The offset is more than {vocabulary.MAX_OFFSET}")
        if match["name"] in vocabulary.PRICES:
            if match["arguments"] is not None or match["output"] is not None:
                raise node.refusal(f"{match['name']} is a price and takes neither parameters nor an output")
            return Operand(kind="price", name=match["name"], offset=offset, timeframe=_named_timeframe(node, match))
        return self._indicator_text(node, match=match, offset=offset)

    def _indicator_text(self, node: Node, *, match: re.Match[str], offset: int) -> Operand:
        indicator = _indicator(node, name=match["name"])
        arguments = (match["arguments"] or "").strip()
        values = [self._argument(node, text=text.strip()) for text in arguments.split(",")] if arguments else []
        if len(values) > len(indicator.parameters):
            raise node.refusal(f"{indicator.name} takes at most {len(indicator.parameters)} parameters")
        output = match["output"] or indicator.outputs[0]
        if output not in indicator.outputs:
            raise node.refusal(f"{indicator.name} has no output {output}; it has {', '.join(indicator.outputs)}")
        given = {parameter.name: value for parameter, value in zip(indicator.parameters, values, strict=False)}
        try:
            resolved = indicators.resolve(indicator, given)
        except InvalidRules as refusal:
            raise node.refusal(refusal.reason) from refusal
        return Operand(
            kind="indicator",
            name=indicator.name,
            params=resolved,
            output=output,
            offset=offset,
            timeframe=_named_timeframe(node, match),
        )

    def _argument(self, node: Node, *, text: str) -> float:
        if _NUMBER.fullmatch(text):
            return float(text)
        return self._input(Node(text, node.pointer))


def _indicator(node: Node, *, name: str) -> indicators.Indicator:
    if name in _POSITION:
        raise node.refusal(f"{name} depends on the position, and rules do not see it: use exits, sizing or a script")
    if name not in indicators.REGISTRY:
        raise node.refusal(f"There is no price or indicator {quoted(name)}")
    return indicators.REGISTRY[name]


def _timeframe(fields: Mapping[str, Node]) -> Timeframe | None:
    if "timeframe" not in fields:
        return None
    return cast("Timeframe", fields["timeframe"].choice(indicators.TIMEFRAMES))


def _named_timeframe(node: Node, match: re.Match[str]) -> Timeframe | None:
    if match["timeframe"] is None:
        return None
    return cast("Timeframe", Node(match["timeframe"], node.pointer).choice(indicators.TIMEFRAMES))
