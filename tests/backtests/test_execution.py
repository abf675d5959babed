"""A run from the queue to its result, with values worked out by hand.

CLOSES of the factory, rules: long while the close is above 100, all in, filled at the close.
110 buys floor(100000 / 110) = 909; 95 sells: 909 x -15 = -13635.00, so 86365.00.
104 buys floor(86365 / 104) = 830, open at the end at 130: 830 x 26 = 21580.00, so 107945.00.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from apps.backtests import constants, services
from apps.backtests.enums import RunStatus, Stage
from apps.backtests.models import BacktestRun
from apps.backtests.services import execution, outcomes
from apps.market import selectors as market_selectors
from apps.notifications.models import Notification
from apps.stocks.models import StockPriceDaily
from apps.strategies.models import RuleBasedStrategy
from apps.users.models import User
from tests.factories.backtests import make_completed_run, make_prices, request_run
from tests.factories.strategies import make_predefined, make_rule_based

EQUITY = [100000.0, 100000.0, 109090.0, 86365.0, 86365.0, 86365.0, 107945.0, 107945.0]


@pytest.fixture(autouse=True)
def _prices(db: None) -> None:
    make_prices()


def reread(run: BacktestRun) -> BacktestRun:
    return BacktestRun.objects.unscoped().get(pk=run.pk)


def test_result_is_the_one_worked_out_by_hand(owner: User) -> None:
    run = make_completed_run(owner)

    assert (run.final_wallet_amount, run.total_pnl, run.pnl_percentage) == (
        Decimal("107945.00"),
        Decimal("7945.00"),
        Decimal("7.95"),
    )
    assert (run.stage, run.progress, run.number_of_trades) == (Stage.DONE, 1.0, 1)
    assert run.equity_curve_json == {"time": [f"2024-01-0{day}" for day in range(1, 9)], "equity": EQUITY}
    assert run.list_of_trades_json == [
        {
            "entry_date": "2024-01-02",
            "entry_time": None,
            "exit_date": "2024-01-04",
            "exit_time": None,
            "side": "long",
            "quantity": 909,
            "entry_price": 110.0,
            "exit_price": 95.0,
            "gross_pnl": -13635.0,
            "charges": 0.0,
            "pnl": -13635.0,
            "entry_reason": "signal",
            "exit_reason": "signal",
            "entries": 1,
            "entry_tag": None,
            "exit_tag": None,
            "bars_held": 2,
            "mae": 15.0,
            "mfe": 10.0,
            "ambiguous": False,
        }
    ]


def test_statistics_leave_the_open_trade_out_and_the_equity_has_it(owner: User) -> None:
    run = make_completed_run(owner)

    statistics = run.extra["statistics"]
    assert (statistics["trades"], statistics["win_rate_pct"]) == (1, 0.0)
    assert statistics["total_return_pct"] == pytest.approx(7.945, abs=1e-9)
    assert statistics["max_drawdown_pct"] == pytest.approx(22725 / 109090 * 100, abs=1e-9)
    assert statistics["expectancy"] == -13635.0, "amounts are rupees, not the engine's paise"
    open_trade = run.extra["open_trade"]
    assert (open_trade["entry_date"], open_trade["quantity"], open_trade["pnl"]) == ("2024-01-06", 830, 21580.0)


def test_every_result_says_what_it_rests_on(owner: User) -> None:
    run = make_completed_run(owner)

    assumptions = dict(run.extra["assumptions"])
    assert len(assumptions.pop("data_hash")) == 64
    assert assumptions.pop("engine_version")
    assert assumptions == {
        "interval": "1d",
        "adjusted": False,
        "fill_on": "same_close",
        "path_mode": "pessimistic",
        "stop_basis": "fill",
        "direction": "long",
        "exits": {},
        "entries": {},
        "sizing": {"kind": "all_in"},
        "quantities": "whole",
        "lot_size": 1,
        "tick_size": 0.05,
        "slippage_ticks": 0,
        "slippage_bps": 0,
        "penetration_ticks": 0,
        "costs": "no charges",
        "data_source": "import",
        "bars": 8,
        "first_date": "2024-01-01",
        "last_date": "2024-01-08",
        "warmup_bars": 0,
    }


def test_round_trips_are_rows_of_the_trades_table(owner: User) -> None:
    run = make_completed_run(owner)

    (trade,) = market_selectors.list_round_trips(user=owner, backtest_run_id=run.pk)
    assert (trade.buy_date, trade.buy_price) == (date(2024, 1, 2), Decimal("110.00"))
    assert (trade.sell_date, trade.sell_price) == (date(2024, 1, 4), Decimal("95.00"))
    assert (trade.trade_type, trade.quantity, trade.pnl) == ("long", Decimal(909), Decimal("-13635.00"))
    assert (trade.instrument_type, trade.instrument_identifier) == ("stock", "HANDMADE")


def test_short_trade_sells_before_it_buys(owner: User) -> None:
    rules = {
        "enter_short": {"left": "CLOSE", "op": "<", "right": 100},
        "exit_short": {"left": "CLOSE", "op": ">", "right": 100},
    }
    run = make_completed_run(owner, rules=rules)

    first, second = market_selectors.list_round_trips(user=owner, backtest_run_id=run.pk)
    # Sold at 99 on the first day, bought back at 110 on the second: 1010 x -11.
    assert (first.sell_date, first.buy_date) == (date(2024, 1, 1), date(2024, 1, 2))
    assert (first.sell_price, first.buy_price, first.pnl) == (Decimal("99.00"), Decimal("110.00"), Decimal("-11110.00"))
    assert (second.sell_date, second.buy_date) == (date(2024, 1, 4), date(2024, 1, 6))


def test_settings_stand_above_the_strategy(owner: User) -> None:
    """A target of 5 % on 110 is 115.5; the third day opens beyond it at 120."""
    run = make_completed_run(owner, settings={"target_pct": 5.0, "sizing": {"kind": "quantity", "value": 10.0}})

    first = (run.list_of_trades_json or [])[0]
    assert (first["quantity"], first["exit_price"], first["exit_reason"]) == (10, 120.0, "target")
    assert run.extra["assumptions"]["exits"] == {"target_pct": 5}


def test_completion_is_told_once(owner: User) -> None:
    run = make_completed_run(owner)
    services.execute_pending()

    (told,) = Notification.objects.for_user(owner)
    assert (told.notification_type, told.title) == ("success", "Backtest completed")
    assert told.message == "Above 100 on HANDMADE: +7.95 % in 1 trade."
    assert told.extra == {"run_id": run.run_id}


def test_second_delivery_of_a_ring_executes_nothing(owner: User) -> None:
    run = make_completed_run(owner)
    finished_at = run.finished_at

    services.execute_pending()

    again = reread(run)
    assert (again.attempt, again.finished_at) == (1, finished_at)
    assert market_selectors.list_round_trips(user=owner, backtest_run_id=run.pk).count() == 1


def test_worker_of_a_former_attempt_writes_nothing(owner: User) -> None:
    """Paused past its time, it comes back when another worker has the run: neither result nor failure is its to say."""
    request_run(owner)
    stale = services.claim_next()
    assert stale is not None
    BacktestRun.objects.for_user(owner).update(attempt=2)

    execution.execute(stale)

    run = reread(stale)
    assert (run.status, run.attempt, run.equity_curve_json, run.extra) == (RunStatus.RUNNING, 2, None, {})
    assert not market_selectors.list_round_trips(user=owner, backtest_run_id=run.pk).exists()
    assert not Notification.objects.for_user(owner).exists()


def test_strategy_changed_after_posting_changes_no_run(owner: User) -> None:
    own = make_rule_based(owner)
    run = request_run(owner, strategy_rule_based=own.pk)
    RuleBasedStrategy.objects.for_user(owner).filter(pk=own.pk).update(
        rules_json={"enter_long": {"left": "CLOSE", "op": ">", "right": 10_000}}
    )

    services.execute_pending()

    assert reread(run).number_of_trades == 1


def test_predefined_strategy_runs_with_its_parameters(owner: User) -> None:
    strategy = make_predefined()

    run = make_completed_run(owner, strategy_predefined=strategy.pk, parameters={"fast": 1, "slow": 2})

    assert run.strategy["name"] == "SMA crossover"
    assert run.strategy["parameters"] == {"fast": 1.0, "slow": 2.0}
    # SMA(1) crosses above SMA(2) on day 6 only: on day 2 SMA(2) has no value for the day before.
    assert run.extra["open_trade"]["entry_date"] == "2024-01-06"


def test_prices_gone_since_posting_fail_the_run_in_one_sentence(owner: User) -> None:
    run = request_run(owner)
    StockPriceDaily.objects.all().delete()

    services.execute_pending()

    failed = reread(run)
    assert (failed.status, failed.extra["code"]) == (RunStatus.FAILED, "NO_BARS")
    assert failed.error_message == "The instrument has no prices in this range of dates."
    (told,) = Notification.objects.for_user(owner)
    assert (told.notification_type, told.title) == ("error", "Backtest failed")


def test_bug_fails_the_run_with_a_sentence_and_goes_on_to_the_log(owner: User) -> None:
    """A snapshot without rules is a bug's doing: the exception is the log's, the sentence is the user's."""
    broken, sound = request_run(owner), request_run(owner)
    BacktestRun.objects.for_user(owner).filter(pk=broken.pk).update(strategy={"name": "Broken"})

    with pytest.raises(KeyError):
        services.execute_pending()
    services.execute_pending()

    failed = reread(broken)
    assert (failed.status, failed.extra) == (RunStatus.FAILED, {"code": "INTERNAL_ERROR"})
    assert failed.error_message == constants.INTERNAL_MESSAGE
    assert reread(sound).status == RunStatus.COMPLETED


def test_result_too_large_for_an_account_fails_the_run(owner: User) -> None:
    """9900990 shares bought at 101 are worth 198 lakh crore at 20 million: no column holds that."""
    make_prices(enum="ROCKET", closes=[99, 101, 20_000_000])
    run = request_run(owner, instrument_identifier="ROCKET", initial_wallet_amount=Decimal("1000000000.00"))

    services.execute_pending()

    failed = reread(run)
    assert (failed.status, failed.extra["code"]) == (RunStatus.FAILED, "RESULT_TOO_LARGE")
    assert market_selectors.list_round_trips(user=owner, backtest_run_id=run.pk).count() == 0


def test_a_range_within_the_warm_up_says_why_nothing_was_traded(owner: User) -> None:
    run = make_completed_run(
        owner, rules={"name": "Slow", "enter_long": {"left": "CLOSE", "op": ">", "right": "SMA(9)"}}
    )

    assert (run.number_of_trades, run.extra["notes"]) == (
        0,
        ["The strategy needs 8 bars before its first signal and the range has 8: it could not trade."],
    )


def test_days_of_a_statistic_are_whole_unless_they_are_a_mean() -> None:
    values = {"max_drawdown_days": 1600.0, "average_drawdown_days": 179.09, "trades": 54.0}
    found = outcomes.statistics(values)
    assert found == {"max_drawdown_days": 1600, "average_drawdown_days": 179.09, "trades": 54}
    assert [type(value) for value in found.values()] == [int, float, int]
