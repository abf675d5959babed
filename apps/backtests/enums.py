"""The vocabulary of backtests. What does not belong here: exit reasons and sides (engine), instruments (market)."""

from django.db.models import TextChoices


class RunStatus(TextChoices):
    """Where a run stands. A cancelled run is ``failed`` with the code CANCELLED."""

    PENDING = "pending", "Pending"
    RUNNING = "running", "Running"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"


class Stage(TextChoices):
    """What a run is busy with."""

    QUEUED = "queued", "Waiting for a place"
    LOADING = "loading", "Loading prices"
    SIMULATING = "simulating", "Simulating"
    DONE = "done", "Done"


class FillOn(TextChoices):
    """When the order of a signal fills."""

    SAME_CLOSE = "same_close", "At the close of the signal's bar"
    NEXT_OPEN = "next_open", "At the next bar's open"


class PathMode(TextChoices):
    """What is assumed of a bar that holds both the stop and the target."""

    PESSIMISTIC = "pessimistic", "The stop first"
    TV_PATH = "tv_path", "The nearer extreme first"
    OPTIMISTIC = "optimistic", "The target first"


class StopBasis(TextChoices):
    """What stop and target are measured from."""

    FILL = "fill", "The fill price"
    SIGNAL_CLOSE = "signal_close", "The close of the signal's bar"


class Direction(TextChoices):
    """Which positions a run may hold."""

    LONG = "long", "Long only"
    SHORT = "short", "Short only"
    BOTH = "both", "Long and short"


class SizingKind(TextChoices):
    """How much is bought."""

    ALL_IN = "all_in", "All of the equity"
    QUANTITY = "quantity", "A number of shares"
    CASH = "cash", "An amount in rupees"
    PERCENT_OF_EQUITY = "percent_of_equity", "A percentage of the equity"
    RISK_PER_TRADE = "risk_per_trade", "A percentage of the equity, lost at the stop"


class Quantities(TextChoices):
    """What a quantity is a multiple of."""

    WHOLE = "whole", "Whole shares"
    LOTS = "lots", "Lots"
    FRACTIONAL = "fractional", "Fractions down to a millionth"


class CostKind(TextChoices):
    """What orders cost."""

    NONE = "none", "Nothing"
    FLAT_PCT = "flat_pct", "A percentage of the value of each order"
    INDIA = "india", "Brokerage, taxes and fees by segment and trade date"


class CostSegment(TextChoices):
    """Whose charges orders pay."""

    EQUITY_DELIVERY = "equity_delivery", "Shares held overnight"
    EQUITY_INTRADAY = "equity_intraday", "Shares bought and sold within a day"
    FUTURES = "futures", "Futures"
    OPTIONS = "options", "Options"


class EquityStep(TextChoices):
    """How fine the equity of a run on bars shorter than a day is."""

    BAR = "bar", "At the close of every bar"
    DAY = "day", "At the end of every day"


class StrategyKind(TextChoices):
    """Where a run's strategy came from."""

    PREDEFINED = "predefined", "Predefined"
    RULE_BASED = "rule_based", "Rule-based"
    RULES = "rules", "Rules sent with the request"
    SCRIPT = "script", "A script sent with the request"
    OPTION_LEGS = "option_legs", "An option rule sent with the request"


class RunOrdering(TextChoices):
    """How a list of runs may be ordered; a minus turns it round."""

    CREATED = "created_at", "Oldest first"
    CREATED_DESC = "-created_at", "Newest first"
    PNL = "pnl_percentage", "Smallest return first"
    PNL_DESC = "-pnl_percentage", "Largest return first"
    TRADES = "number_of_trades", "Fewest trades first"
    TRADES_DESC = "-number_of_trades", "Most trades first"


class SweepKind(TextChoices):
    """What is done with the grid."""

    SWEEP = "sweep", "Every combination over the whole range"
    WALK_FORWARD = "walk_forward", "The best of each window, traded through the time after"


class SweepMetric(TextChoices):
    """What combinations are compared by; statistics of the engine's registry."""

    TOTAL_RETURN = "total_return_pct", "Total return"
    CAGR = "cagr_pct", "CAGR"
    MAX_DRAWDOWN = "max_drawdown_pct", "Maximum drawdown; lower is better"
    SHARPE = "sharpe", "Sharpe ratio"
    CALMAR = "calmar", "Calmar ratio"
    TRADES = "trades", "Closed trades"
    WIN_RATE = "win_rate_pct", "Win rate"
    PROFIT_FACTOR = "profit_factor", "Profit factor"


class Redraw(TextChoices):
    """How Monte Carlo redraws trades."""

    BOOTSTRAP = "bootstrap", "Draw trades with replacement"
    SHUFFLE = "shuffle", "Change only their order"


class RunKind(TextChoices):
    """What a run is of, where it is not one strategy on one instrument."""

    OPTIONS = "options", "An option rule on each day"
    PORTFOLIO = "portfolio", "One strategy over several instruments"


class AllocationKind(TextChoices):
    """How much of the cash an entry of a portfolio takes."""

    EQUAL = "equal", "An equal part of the equity"
    FIXED = "fixed", "A fixed amount"


class LegsPreset(TextChoices):
    """Known combinations of option legs."""

    STRADDLE = "straddle", "Call and put at the money"
    STRANGLE = "strangle", "Call and put out of the money"
    BULL_CALL_SPREAD = "bull_call_spread", "Long call, short call above it"
    BEAR_PUT_SPREAD = "bear_put_spread", "Long put, short put below it"
    BULL_PUT_SPREAD = "bull_put_spread", "Short put, long put below it"
    BEAR_CALL_SPREAD = "bear_call_spread", "Short call, long call above it"
    IRON_CONDOR = "iron_condor", "Short strangle with bought wings"
    IRON_FLY = "iron_fly", "Short straddle with bought wings"


class MarginUse(TextChoices):
    """What the margin of options that are sold means for a run."""

    SHOWN = "shown", "It is shown"
    REQUIRED = "required", "A day that the cash does not pay it for is skipped"


class StrikeBy(TextChoices):
    """How the strike of a leg is chosen."""

    ATM = "atm", "Steps from the money"
    PREMIUM = "premium", "The premium closest to a value"
    DELTA = "delta", "The delta closest to a value"


class ExpiryChoice(TextChoices):
    """Which expiry a leg takes."""

    WEEKLY = "weekly", "The nearest of all"
    NEXT_WEEKLY = "next_weekly", "The one after the nearest"
    MONTHLY = "monthly", "The nearest monthly"
    NEXT_MONTHLY = "next_monthly", "The monthly after the nearest"


class LevelUnit(TextChoices):
    """What a stop or target of a leg is measured in."""

    PERCENT = "percent", "Percent of the entry premium"
    POINTS = "points", "Rupees of premium"


class WholeUnit(TextChoices):
    """What a stop or target of all legs is measured in."""

    RUPEES = "rupees", "Rupees of profit"
    PERCENT = "percent", "Percent of the net premium"


class ReEntryAt(TextChoices):
    """When a stopped leg is entered again."""

    ONCE = "once", "With the next order"
    COST = "cost", "When its first price is back"
