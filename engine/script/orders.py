"""``strategy(...)`` and the calls that place orders. What does not belong here: when and where an order fills."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.script import nodes, values
from engine.script.arguments import bind, known_number, known_text, known_truth, numeric
from engine.script.context import Context
from engine.script.errors import Code, quoted
from engine.script.kernels import codes
from engine.script.nodes import Node
from engine.script.program import Declared, OrderCall
from engine.script.values import Value, refusal
from engine.types import FillOn, Sizing, SizingKind

_SAID = ("comment?", "alert_message?", "disable_alert?")
_GROUPS = ("oca_name?", "oca_type?")
_PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "strategy.entry": ("id", "direction", "qty?", "limit?", "stop?", *_GROUPS, *_SAID, "when?"),
    "strategy.order": ("id", "direction", "qty?", "limit?", "stop?", *_GROUPS, *_SAID, "when?"),
    "strategy.close": (
        "id",
        "comment?",
        "qty?",
        "qty_percent?",
        "alert_message?",
        "immediately?",
        "disable_alert?",
        "when?",
    ),
    "strategy.close_all": ("comment?", "alert_message?", "immediately?", "disable_alert?", "when?"),
    "strategy.cancel": ("id", "when?"),
    "strategy.cancel_all": ("when?",),
    "strategy.exit": (
        "id",
        "from_entry?",
        "qty?",
        "qty_percent?",
        "profit?",
        "limit?",
        "loss?",
        "stop?",
        "trail_price?",
        "trail_points?",
        "trail_offset?",
        *_GROUPS,
        "comment?",
        "comment_profit?",
        "comment_loss?",
        "comment_trailing?",
        "alert_message?",
        "alert_profit?",
        "alert_loss?",
        "alert_trailing?",
        "disable_alert?",
        "when?",
    ),
}
_KINDS = {
    "strategy.entry": codes.ENTRY,
    "strategy.order": codes.ORDER,
    "strategy.close": codes.CLOSE,
    "strategy.close_all": codes.CLOSE_ALL,
    "strategy.exit": codes.EXIT,
    "strategy.cancel": codes.CANCEL,
    "strategy.cancel_all": codes.CANCEL_ALL,
}
_SIDES = {"strategy.long": 1, "strategy.short": -1}
_REFUSED = {
    "when": "when= is of older versions: place the order inside an if",
    "oca_name": "Order groups are outside the subset: strategy.exit cancels its other level by itself",
    "oca_type": "Order groups are outside the subset: strategy.exit cancels its other level by itself",
    "immediately": "immediately= is outside the subset: the run's settings say where orders fill",
}
_LEVELS = ("profit", "limit", "loss", "stop", "trail_price", "trail_points")
_DECLARATION = (
    "title",
    "shorttitle?",
    "overlay?",
    "format?",
    "precision?",
    "scale?",
    "pyramiding?",
    "calc_on_order_fills?",
    "calc_on_every_tick?",
    "max_bars_back?",
    "backtest_fill_limits_assumption?",
    "default_qty_type?",
    "default_qty_value?",
    "initial_capital?",
    "currency?",
    "slippage?",
    "commission_type?",
    "commission_value?",
    "process_orders_on_close?",
    "close_entries_rule?",
    "margin_long?",
    "margin_short?",
    "explicit_plot_zorder?",
    "max_lines_count?",
    "max_labels_count?",
    "max_boxes_count?",
    "max_polylines_count?",
    "risk_free_rate?",
    "use_bar_magnifier?",
    "fill_orders_on_standard_ohlc?",
    "dynamic_requests?",
    "behind_chart?",
    "calc_bars_count?",
    "timeframe?",
    "timeframe_gaps?",
    "linktoseries?",
)
_UNSUPPORTED = {
    "calc_on_order_fills": "A script runs once a bar: leave calc_on_order_fills out",
    "timeframe": "Choose the run's timeframe instead",
}
_MAX_PYRAMIDING = 100
_SIZINGS: Mapping[str, SizingKind] = {
    "strategy.fixed": "quantity",
    "strategy.cash": "cash",
    "strategy.percent_of_equity": "percent_of_equity",
}
_PAISE = 100.0


def declare(context: Context, call: nodes.Call) -> Value:
    """``strategy(...)``: what the script says of itself."""
    if context.declared is not None:
        raise refusal(Code.REDEFINED, call.place, "strategy(...) stands once in a script")
    if context.active or context.blocks:
        raise refusal(Code.SCOPE, call.place, "strategy(...) stands at the left margin")
    bound = bind(call, _DECLARATION)
    for name, reason in _UNSUPPORTED.items():
        if name in bound and not (name == "calc_on_order_fills" and not known_truth(context, bound[name])):
            raise refusal(Code.UNSUPPORTED, bound[name].place, reason)
    found = Declared(title=known_text(context, bound["title"]), sizing=_sizing(context, bound))
    if "pyramiding" in bound:
        more = known_number(context, bound["pyramiding"])
        if not (more % 1 == 0 and 0 <= more <= _MAX_PYRAMIDING):
            reason = f"pyramiding is a whole number from 0 to {_MAX_PYRAMIDING}"
            raise refusal(Code.ARGUMENT, bound["pyramiding"].place, reason)
        # Pine counts the entries in all: 0 and 1 are the same.
        found = replace(found, max_entries=max(int(more), 1))
    if "process_orders_on_close" in bound:
        fill_on: FillOn = "same_close" if known_truth(context, bound["process_orders_on_close"]) else "next_open"
        found = replace(found, fill_on=fill_on)
    context.declared = found
    return values.VOID


def _sizing(context: Context, bound: Mapping[str, Node]) -> Sizing:
    kind: SizingKind = "quantity"
    if "default_qty_type" in bound:
        node = bound["default_qty_type"]
        word = known_text(context, node)
        if word not in _SIZINGS:
            raise refusal(
                Code.ARGUMENT, node.place, "It is strategy.fixed, strategy.cash or strategy.percent_of_equity"
            )
        kind = _SIZINGS[word]
    value = known_number(context, bound["default_qty_value"]) if "default_qty_value" in bound else 1.0
    if not 0 < value <= (100.0 if kind == "percent_of_equity" else 1e12):
        place = bound["default_qty_value"].place
        raise refusal(Code.ARGUMENT, place, "The quantity is above 0, and at most 100 percent")
    return Sizing(kind, value * _PAISE if kind == "cash" else value)


def place_order(context: Context, call: nodes.Call) -> Value:
    """A call that places, closes or cancels."""
    bound = bind(call, _PARAMETERS[call.name])
    kind = _KINDS[call.name]
    for name, reason in _REFUSED.items():
        if name in bound:
            raise refusal(Code.UNSUPPORTED, bound[name].place, reason)
    _check(call, kind, bound)
    label = known_text(context, bound["id"]) if "id" in bound else ""
    entry = known_text(context, bound["from_entry"]) if "from_entry" in bound else ""
    order = OrderCall(
        kind=kind,
        place=call.place,
        label=label,
        identity=_tag(context, label, call),
        entry=_tag(context, entry, call) if entry else -1,
        side=_side(context, bound["direction"]) if "direction" in bound else 0,
        registers=tuple(_register(context, bound.get(name), call) for name in codes.SLIP),
    )
    context.machine.emit(codes.SUBMIT, context.machine.register(call.place), (len(context.orders),), call.place)
    context.orders.append(order)
    return values.VOID


def _check(call: nodes.Call, kind: int, bound: Mapping[str, Node]) -> None:
    """Refuse combinations that this simulation does not know."""
    if kind == codes.EXIT:
        part = bound.get("qty") or bound.get("qty_percent")
        if part is not None:
            reason = "strategy.exit leaves the whole position: use strategy.close with qty_percent for a part"
            raise refusal(Code.UNSUPPORTED, part.place, reason)
        if not any(name in bound for name in _LEVELS):
            raise refusal(Code.ARGUMENT, call.place, f"strategy.exit needs one of {', '.join(_LEVELS)}")
        if ("trail_price" in bound or "trail_points" in bound) and "trail_offset" not in bound:
            raise refusal(Code.ARGUMENT, call.place, "A trailing stop needs trail_offset")
    if kind == codes.ORDER and ("limit" in bound or "stop" in bound):
        reason = "strategy.order is at market here: use strategy.entry or strategy.exit with limit and stop"
        raise refusal(Code.UNSUPPORTED, call.place, reason)


def _side(context: Context, node: Node) -> int:
    word = context.lower(node).text
    if word not in _SIDES:
        raise refusal(Code.ARGUMENT, node.place, "Write strategy.long or strategy.short: one order for each, in an if")
    return _SIDES[word]


def _tag(context: Context, label: str, call: nodes.Call) -> int:
    """The number of an id; 0 is no id."""
    if not label:
        return 0
    tags = context.tags
    if label not in tags and len(tags) >= 1000:
        raise refusal(Code.TOO_LARGE, call.place, f"{quoted(label)} is one id too many")
    return tags.setdefault(label, len(tags) + 1)


def _register(context: Context, node: Node | None, call: nodes.Call) -> int:
    if node is None:
        return -1
    return context.machine.operand(numeric(context, node), call.place)


CALLS = {"strategy": declare, **dict.fromkeys(_KINDS, place_order)}
