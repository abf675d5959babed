"""``strategy.opentrades.*`` and ``strategy.closedtrades.*``: the open position and the last trade.

What does not belong here: trades before the last.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.script import nodes
from engine.script.arguments import bind, numeric
from engine.script.context import Context
from engine.script.errors import Code
from engine.script.kernels import codes
from engine.script.nodes import Node
from engine.script.values import Kind, Value, refusal

_KNOWN: Mapping[str, tuple[str, Kind]] = {
    "strategy.opentrades.entry_price": ("strategy.position_avg_price", "float"),
    "strategy.opentrades.entry_bar_index": ("entry_bar_index", "int"),
    "strategy.opentrades.size": ("strategy.position_size", "float"),
    "strategy.opentrades.profit": ("strategy.openprofit", "float"),
    "strategy.closedtrades.exit_bar_index": ("last_exit_bar_index", "int"),
    "strategy.closedtrades.exit_price": ("last_exit_price", "float"),
    "strategy.closedtrades.profit": ("last_profit", "float"),
}


def of_trade(context: Context, call: nodes.Call) -> Value:
    """Something about the position, or about the last closed trade."""
    node = bind(call, ("trade_num",))["trade_num"]
    of_open = call.name.startswith("strategy.opentrades.")
    if not of_open and not _is_last(node):
        reason = "Only the last closed trade is known: write strategy.closedtrades - 1"
        raise refusal(Code.UNSUPPORTED, node.place, reason)
    numeric(context, node)
    name, kind = _KNOWN[call.name]
    return Value(kind, register=codes.ACCOUNT.index(name))


def _is_last(node: Node) -> bool:
    """Whether it reads ``strategy.closedtrades - 1``."""
    if not isinstance(node, nodes.Binary) or node.operators != ("-",):
        return False
    first, second = node.operands
    named = isinstance(first, nodes.Name) and first.name == "strategy.closedtrades"
    return named and isinstance(second, nodes.Number) and second.value == 1


CALLS = dict.fromkeys(_KNOWN, of_trade)
