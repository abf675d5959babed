"""An option rule as JSON and in words: what is stored with a run. What does not belong here: prices, the queue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from apps.backtests.enums import LegsPreset
from engine.legs import presets
from engine.legs.presets import Legs
from engine.legs.rule import LegRule, LegsRule, Level, ReEntry, Strike, WholeLevel

Json = dict[str, Any]

# How each preset is made from a width, a wing and a side.
PRESETS: dict[str, Callable[[Mapping[str, Any]], Legs]] = {
    LegsPreset.STRADDLE: lambda asked: presets.straddle(asked["side"]),
    LegsPreset.STRANGLE: lambda asked: presets.strangle(asked["side"], width=asked["width"]),
    LegsPreset.BULL_CALL_SPREAD: lambda asked: presets.bull_call_spread(width=asked["width"]),
    LegsPreset.BEAR_PUT_SPREAD: lambda asked: presets.bear_put_spread(width=asked["width"]),
    LegsPreset.BULL_PUT_SPREAD: lambda asked: presets.bull_put_spread(width=asked["width"]),
    LegsPreset.BEAR_CALL_SPREAD: lambda asked: presets.bear_call_spread(width=asked["width"]),
    LegsPreset.IRON_CONDOR: lambda asked: presets.iron_condor(width=asked["width"], wing=asked["wing"]),
    LegsPreset.IRON_FLY: lambda asked: presets.iron_fly(wing=asked["wing"]),
}


def document_of(request: Mapping[str, Any]) -> Json:
    """The rule of a checked request, with the legs of a preset said out."""
    legs = request.get("legs")
    if legs is None:
        asked = request["preset"]
        shared = {name: asked[name] for name in ("expiry", "lots", "stop", "target", "re_entry") if name in asked}
        legs = [{**_leg_document(leg), **shared} for leg in PRESETS[asked["kind"]](asked)]
        legs = [leg if leg["side"] == asked["stops_on"] or "stop" not in leg else _bare(leg) for leg in legs]
    return {
        "entry_time": request["entry_time"],
        "exit_time": request["exit_time"],
        "legs": [dict(leg) for leg in legs],
        "stop": request.get("stop"),
        "target": request.get("target"),
        "settles": request["settles"],
    }


def restore(document: Mapping[str, Any], *, name: str) -> LegsRule:
    """The rule of a document."""
    return LegsRule(
        name=name,
        legs=tuple(_leg(leg) for leg in document["legs"]),
        entry_minute=_minute(document["entry_time"]),
        exit_minute=_minute(document["exit_time"]),
        stop=WholeLevel(**document["stop"]) if document["stop"] else None,
        target=WholeLevel(**document["target"]) if document["target"] else None,
        settles=document["settles"],
    )


def sentence(document: Mapping[str, Any]) -> str:
    """The rule in English."""
    legs = "; ".join(_leg_words(leg) for leg in document["legs"])
    held = ", or held to settlement on its expiry day" if document["settles"] else ""
    words = [f"Each day at {document['entry_time']}: {legs}. Out at {document['exit_time']}{held}."]
    whole = (("loss", document["stop"]), ("profit", document["target"]))
    words += [f"All of it out at a {name} of {_amount(level)}." for name, level in whole if level]
    return " ".join(words)


def _leg_document(leg: LegRule) -> Json:
    return {
        "side": leg.side,
        "right": leg.right,
        "strike": {"by": leg.strike.by, "value": leg.strike.value},
        "expiry": leg.expiry,
        "lots": leg.lots,
    }


def _bare(leg: Json) -> Json:
    """A leg without what leaves it early: the bought wings of a preset go with the whole."""
    return {name: value for name, value in leg.items() if name not in ("stop", "target", "re_entry")}


def _leg(leg: Mapping[str, Any]) -> LegRule:
    return LegRule(
        side=leg["side"],
        right=leg["right"],
        strike=Strike(**leg["strike"]),
        expiry=leg["expiry"],
        lots=leg["lots"],
        stop=Level(**leg["stop"]) if leg.get("stop") else None,
        target=Level(**leg["target"]) if leg.get("target") else None,
        re_entry=ReEntry(**leg["re_entry"]) if leg.get("re_entry") else None,
    )


def _leg_words(leg: Mapping[str, Any]) -> str:
    verb = "buy" if leg["side"] == "long" else "sell"
    lots = "1 lot" if leg["lots"] == 1 else f"{leg['lots']} lots"
    words = f"{verb} {lots} of the {leg['expiry'].replace('_', ' ')} {leg['right']} {_strike_words(leg['strike'])}"
    for name in ("stop", "target"):
        if leg.get(name):
            words += f", {name} {_amount(leg[name])}"
    if leg.get("re_entry"):
        again = leg["re_entry"]
        words += f", entered again {_times(again['count'])} {'at ' + again['at']}"
    return words


def _times(count: int) -> str:
    return "once" if count == 1 else f"up to {count} times"


def _strike_words(strike: Mapping[str, Any]) -> str:
    if strike["by"] == "atm":
        return "at the money" if strike["value"] == 0 else f"{strike['value']:+.0f} strikes from the money"
    if strike["by"] == "premium":
        return f"with a premium nearest to {strike['value']:g}"
    return f"with a delta nearest to {strike['value']:g}"


def _amount(level: Mapping[str, Any]) -> str:
    return f"{level['value']:g} {'%' if level['unit'] == 'percent' else level['unit']}"


def _minute(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])
