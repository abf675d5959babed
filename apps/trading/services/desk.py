"""Everything that one order needs to know, under the user's lock. What does not belong here: checks, fills."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings

from apps.core import clock, money
from apps.market import selectors as market_selectors
from apps.market.selectors import Instrument, MarketQuote
from apps.trading import selectors
from apps.trading.enums import Product
from apps.trading.services import past_prices
from apps.trading.services.profiles import Terms, terms_of
from apps.wallet import services as wallet_services
from apps.wallet.services import Ledger

if TYPE_CHECKING:
    from apps.users.models import User

# How many are kept before all are forgotten: each second of the market's clock has its own.
MOST_SEEN = 5_000


@dataclass(frozen=True, slots=True)
class _Seen:
    """An instrument and its last price, and when they were read."""

    instrument: Instrument
    quote: MarketQuote | None
    at: float


_SEEN: dict[tuple[str, datetime], _Seen] = {}


@dataclass(slots=True)
class Desk:
    """``now`` is of the market's clock; ``ledger`` is the user's, locked."""

    user: User
    ledger: Ledger
    profile: str
    instrument: Instrument
    quote: MarketQuote | None
    now: datetime

    @property
    def account_id(self) -> int:
        """The paper account."""
        return self.ledger.paper_account.pk

    @property
    def cash(self) -> Decimal:
        """What is free now."""
        return self.ledger.cash

    @property
    def today(self) -> date:
        """The trade date."""
        return clock.today(at=self.now)

    @property
    def terms(self) -> Terms:
        """What the profile does."""
        return terms_of(self.profile)

    @property
    def default_product(self) -> Product:
        """What is meant where no product is named: shares are delivered, options carried overnight."""
        return Product.NRML if self.instrument.option is not None else Product.CNC

    @property
    def last_price(self) -> Decimal | None:
        """The last price in rupees."""
        return money.rupees(self.quote.price) if self.quote is not None else None

    @property
    def previous_close(self) -> Decimal | None:
        """The close of the day before in rupees."""
        if self.quote is None or self.quote.previous_close is None:
            return None
        return money.rupees(self.quote.previous_close)


def open_desk(
    *,
    user: User,
    instrument: str,
    now: datetime,
    profile: str = "",
    ledger: Ledger | None = None,
    account_id: int | None = None,
) -> Desk:
    """Lock the user's row and gather what an order on an instrument needs.

    ``ledger``, or else ``account_id``, says for which account; without either it is the one for practice.

    :raises InstrumentNotFound: if there is no such instrument
    """
    opened = ledger or wallet_services.open_ledger(user_id=user.pk, account_id=account_id)
    seen = _look_back(instrument, now=now) if opened.is_replay else _look(instrument, now=now)
    return Desk(
        user=user,
        ledger=opened,
        profile=profile or selectors.get_profile(user=user, account_id=opened.paper_account.pk),
        instrument=seen.instrument,
        quote=seen.quote,
        now=now,
    )


def forget_prices() -> None:
    """Read every instrument and price again at the next question."""
    _SEEN.clear()


def _look_back(instrument: str, *, now: datetime) -> _Seen:
    """The instrument with the last price that was known at a moment of a replayed market."""
    named = market_selectors.get_named_instrument(identifier=instrument)
    return _Seen(named, past_prices.quotes_at(named=[named], now=now).get(named.identifier), at=0.0)


def _look(instrument: str, *, now: datetime) -> _Seen:
    """The instrument with its last price, asked again once that is a second old.

    # Assumption: an order may be filled at a price that was read within the second before.
    """
    key = (instrument, now.replace(microsecond=0))
    seen = _SEEN.get(key)
    if seen is None or clock.monotonic() - seen.at >= settings.QUOTE_CACHE_SECONDS:
        if len(_SEEN) >= MOST_SEEN:
            _SEEN.clear()
        at = clock.monotonic()
        named = market_selectors.get_named_instrument(identifier=instrument)
        quote = market_selectors.find_quotes(named=[named], now=now).get(named.identifier)
        seen = _SEEN[key] = _Seen(named, quote, at)
    return seen
