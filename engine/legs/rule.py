"""An option rule: what is entered when, and how it is left. What does not belong here: prices, contracts, results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.errors import InvalidSettings
from engine.types import MAX_STOP_PCT, MAX_TARGET_PCT, Side

Right = Literal["CE", "PE"]
StrikeBy = Literal["atm", "premium", "delta"]
ExpiryChoice = Literal["weekly", "next_weekly", "monthly", "next_monthly"]
LevelUnit = Literal["percent", "points"]
WholeUnit = Literal["rupees", "percent"]
ReEntryAt = Literal["once", "cost"]

MAX_LEGS = 8
MAX_RE_ENTRIES = 10
MAX_LOTS = 1_000
MAX_STEPS = 100
MAX_RUPEES = 1_000_000_000.0
LAST_MINUTE = 24 * 60 - 1


@dataclass(frozen=True, slots=True)
class Strike:
    """How a leg's strike is chosen.

    ``atm``: ``value`` steps of the listed strikes above (below, if negative) the one nearest to the underlying.
    ``premium``: the premium closest to ``value`` rupees. ``delta``: the size of delta closest to ``value``.
    """

    by: StrikeBy = "atm"
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class Level:
    """How far the premium goes before a leg is left: percent of the entry price, or points (rupees)."""

    value: float
    unit: LevelUnit = "percent"


@dataclass(frozen=True, slots=True)
class WholeLevel:
    """How far the day's profit goes before all legs are left: rupees, or percent of the net premium of the entry."""

    value: float
    unit: WholeUnit = "rupees"


@dataclass(frozen=True, slots=True)
class ReEntry:
    """How often a leg is entered again after its stop, the same contract.

    ``once``: with the next order, as soon as it is out. ``cost``: when the premium is back where the leg was entered
    first.
    """

    count: int
    at: ReEntryAt = "once"


@dataclass(frozen=True, slots=True)
class LegRule:
    """One leg; its stop and target are of its own premium, None is off."""

    side: Side
    right: Right
    strike: Strike = Strike()
    expiry: ExpiryChoice = "weekly"
    lots: int = 1
    stop: Level | None = None
    target: Level | None = None
    re_entry: ReEntry | None = None


@dataclass(frozen=True, slots=True)
class LegsRule:
    """Legs that are entered together at a time of day and left the same day.

    ``entry_minute``, ``exit_minute``: minutes after midnight in India. ``settles``: a contract that expires that day
    is not left at the exit time but held to its settlement at intrinsic value. ``asks_margin``: a day is skipped whose
    margin the cash does not leave free.
    """

    name: str
    legs: tuple[LegRule, ...]
    entry_minute: int
    exit_minute: int
    stop: WholeLevel | None = None
    target: WholeLevel | None = None
    settles: bool = False
    asks_margin: bool = False


def check(rule: LegsRule) -> None:
    """Pass if a rule can be carried out.

    :raises InvalidSettings: naming the first thing that is wrong
    """
    if not 1 <= len(rule.legs) <= MAX_LEGS:
        raise InvalidSettings(f"A rule has 1 to {MAX_LEGS} legs, not {len(rule.legs)}")
    if not 0 <= rule.entry_minute < rule.exit_minute <= LAST_MINUTE:
        raise InvalidSettings("The entry must be before the exit, on the same day")
    for level in (rule.stop, rule.target):
        if level is not None and not 0 < level.value <= MAX_RUPEES:
            raise InvalidSettings(f"A stop or target of the whole must be above 0, not {level.value}")
    for number, leg in enumerate(rule.legs, start=1):
        complaint = _complaint(leg)
        if complaint:
            raise InvalidSettings(f"Leg {number}: {complaint}")


def _complaint(leg: LegRule) -> str:
    """What is wrong with a leg, empty if nothing is."""
    if not 1 <= leg.lots <= MAX_LOTS:
        return f"lots must be 1 to {MAX_LOTS}, not {leg.lots}"
    if leg.re_entry is not None and not 1 <= leg.re_entry.count <= MAX_RE_ENTRIES:
        return f"re-entries must be 1 to {MAX_RE_ENTRIES}, not {leg.re_entry.count}"
    if leg.re_entry is not None and leg.stop is None:
        return "a re-entry follows a stop, and there is none"
    return _strike_complaint(leg.strike) or _level_complaint(leg)


def _strike_complaint(strike: Strike) -> str:
    if strike.by == "atm" and not (strike.value == int(strike.value) and abs(strike.value) <= MAX_STEPS):
        return f"steps from the money must be whole, -{MAX_STEPS} to {MAX_STEPS}, not {strike.value}"
    if strike.by == "premium" and not 0 < strike.value <= MAX_RUPEES:
        return f"the premium must be above 0, not {strike.value}"
    if strike.by == "delta" and not 0 < abs(strike.value) < 1:
        return f"the delta must be between 0 and 1, not {strike.value}"
    return ""


def _level_complaint(leg: LegRule) -> str:
    """A long premium loses at most all of it, and so gains a short one; the other way it may be many times that."""
    falls, rises = (leg.stop, leg.target) if leg.side == "long" else (leg.target, leg.stop)
    for level, most in ((falls, MAX_STOP_PCT), (rises, MAX_TARGET_PCT)):
        if level is None:
            continue
        limit = MAX_RUPEES if level.unit == "points" else most
        if not 0 < level.value <= limit:
            return f"a stop or target must be above 0 and at most {limit:g}, not {level.value}"
    return ""
