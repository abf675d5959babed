"""Paper orders, their events and fills, and positions as tables. What does not belong here: workflow, money (wallet).

Events and fills are append-only: triggers of the second migration refuse to change them.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.db.models import Q

from apps.core.models import IndexedOwnedModel, OwnedManager, OwnedModel
from apps.market.enums import InstrumentType
from apps.trading.constants import ACTIVE, PAISA, ZERO
from apps.trading.enums import (
    FillProfile,
    Leg,
    OrderStatus,
    OrderType,
    PositionEventKind,
    PriceSource,
    Product,
    Purpose,
    Side,
    TrailingUnit,
    Validity,
    Variety,
)


class TradingAccount(OwnedModel):
    """How orders of a paper account are filled; an empty profile is what the configuration says."""

    paper_account = models.OneToOneField("wallet.PaperAccount", on_delete=models.PROTECT, related_name="+")
    fill_profile = models.CharField(max_length=20, choices=FillProfile.choices, blank=True)

    objects: OwnedManager[TradingAccount] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "trading_account"

    def __str__(self) -> str:
        return f"account {self.paper_account_id}"


class Order(IndexedOwnedModel):
    """One paper order. Times ending in ``market_at`` are of the market's clock.

    ``blocked`` is the cash still blocked for it. A bar is worked on once: ``worked_until`` is the end of the last one.
    ``payload_hash`` tells a repeated order from another one under the same ``client_order_id``. ``version`` counts the
    changes: whoever changes it must have seen the last one.

    ``target`` to ``trailing`` of a bracket are what its exits are made from; each exit is a ``leg`` of its ``parent``.
    ``trailing`` of a stop is its distance behind ``trail_extreme``, the best price before the bar that is looked at.
    """

    paper_account = models.ForeignKey("wallet.PaperAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    client_order_id = models.CharField(max_length=150)
    payload_hash = models.CharField(max_length=64)
    instrument = models.CharField(max_length=100)
    instrument_type = models.CharField(max_length=20, choices=InstrumentType.choices)
    side = models.CharField(max_length=4, choices=Side.choices)
    quantity = models.PositiveBigIntegerField()
    product = models.CharField(max_length=4, choices=Product.choices)
    order_type = models.CharField(max_length=6, choices=OrderType.choices)
    price = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    trigger_price = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    validity = models.CharField(max_length=4, choices=Validity.choices)
    validity_minutes = models.PositiveIntegerField(null=True)
    variety = models.CharField(max_length=10, choices=Variety.choices, default=Variety.REGULAR)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="legs", db_index=False)
    leg = models.CharField(max_length=10, choices=Leg.choices, blank=True)
    target = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    stoploss = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    stoploss_price = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    trailing = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    trailing_unit = models.CharField(max_length=10, choices=TrailingUnit.choices, blank=True)
    trail_extreme = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    tag = models.CharField(max_length=50, blank=True)
    purpose = models.CharField(max_length=20, choices=Purpose.choices, default=Purpose.USER)
    fill_profile = models.CharField(max_length=20, choices=FillProfile.choices)
    status = models.CharField(max_length=20, choices=OrderStatus.choices)
    is_triggered = models.BooleanField(default=False)
    filled_quantity = models.PositiveBigIntegerField(default=0)
    filled_value = models.DecimalField(max_digits=15, decimal_places=2, default=ZERO)
    charges = models.DecimalField(max_digits=15, decimal_places=2, default=ZERO)
    blocked = models.DecimalField(max_digits=15, decimal_places=2, default=ZERO)
    refusal_code = models.CharField(max_length=50, blank=True)
    refusal_details = models.JSONField(default=dict)
    accepted_market_at = models.DateTimeField()
    worked_until = models.DateTimeField()
    valid_until = models.DateTimeField()
    version = models.PositiveIntegerField(default=0)

    objects: OwnedManager[Order] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "trading_order"
        indexes = [
            models.Index(fields=["user", "-id"], name="trading_order_newest"),
            models.Index(fields=["instrument", "id"], condition=Q(status__in=ACTIVE), name="trading_order_active"),
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="trading_order_legs"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "client_order_id"], name="trading_order_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="trading_order_quantity_above_zero"),
            models.CheckConstraint(
                condition=Q(filled_quantity__lte=models.F("quantity")), name="trading_order_not_overfilled"
            ),
            models.CheckConstraint(condition=Q(blocked__gte=0), name="trading_order_blocks_cash"),
            models.CheckConstraint(
                condition=Q(status__in=ACTIVE) | Q(blocked=0), name="trading_final_order_blocks_nothing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.quantity} {self.instrument} {self.status}"

    @property
    def is_stored(self) -> bool:
        """Whether it has a row: a new order that fills at once is stored with its fill."""
        return not self._state.adding

    @property
    def is_for_next_session(self) -> bool:
        """Whether it is kept for the next session and not yet let into it."""
        return self.variety == Variety.AMO and self.status in ("", OrderStatus.AMO_QUEUED)

    @property
    def average_price(self) -> Decimal | None:
        """The average price of what was filled, to the paisa; None before."""
        if not self.filled_quantity:
            return None
        return (self.filled_value / self.filled_quantity).quantize(PAISA, ROUND_HALF_UP)


class OrderEvent(OwnedModel):
    """One step of an order: from which state to which, why, on which bar, and the figures that explain it."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="events")
    from_status = models.CharField(max_length=20, choices=OrderStatus.choices, blank=True)
    to_status = models.CharField(max_length=20, choices=OrderStatus.choices)
    reason = models.CharField(max_length=50)
    market_at = models.DateTimeField()
    bar_at = models.DateTimeField(null=True)
    details = models.JSONField(default=dict)

    objects: OwnedManager[OrderEvent] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "trading_order_event"

    def __str__(self) -> str:
        return f"{self.from_status} > {self.to_status}: {self.reason}"


class Fill(OwnedModel):
    """One execution of an order, with where its price comes from; ``delay_ms`` is what it would have taken."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="fills", db_index=False)
    seq = models.PositiveIntegerField()
    quantity = models.PositiveBigIntegerField()
    price = models.DecimalField(max_digits=15, decimal_places=2)
    charges = models.DecimalField(max_digits=15, decimal_places=2, default=ZERO)
    realised = models.DecimalField(max_digits=15, decimal_places=2, default=ZERO)
    market_at = models.DateTimeField()
    price_source = models.CharField(max_length=20, choices=PriceSource.choices)
    price_at = models.DateTimeField()
    bar_at = models.DateTimeField(null=True)
    is_ambiguous = models.BooleanField(default=False, db_default=False)
    age_seconds = models.PositiveIntegerField(default=0)
    delay_ms = models.PositiveIntegerField(default=0)

    objects: OwnedManager[Fill] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "trading_fill"
        constraints = [
            models.UniqueConstraint(fields=["order", "seq"], name="trading_fill_in_order"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="trading_fill_quantity_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} @ {self.price}"


class Position(IndexedOwnedModel):
    """What an account holds of an instrument under a product; ``quantity`` is negative for a short.

    ``cost`` is what the open quantity was bought or sold for. Buy and sell figures are since the position began, those
    starting with ``day_`` of ``day`` alone. ``t1_quantity`` was bought on the trading day before. ``margin`` is blocked
    for it alone, ``borrowed`` is lent for it. ``lots`` are what is left of its purchases, oldest first, which cost
    ``fifo_cost``; only of what is held for delivery.
    """

    paper_account = models.ForeignKey("wallet.PaperAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    instrument = models.CharField(max_length=100)
    instrument_type = models.CharField(max_length=20, choices=InstrumentType.choices)
    product = models.CharField(max_length=4, choices=Product.choices)
    quantity = models.BigIntegerField(default=0)
    cost = models.DecimalField(max_digits=15, decimal_places=2, default=ZERO)
    overnight_quantity = models.BigIntegerField(default=0)
    t1_quantity = models.PositiveBigIntegerField(default=0)
    buy_quantity = models.PositiveBigIntegerField(default=0)
    buy_value = models.DecimalField(max_digits=15, decimal_places=2, default=ZERO)
    sell_quantity = models.PositiveBigIntegerField(default=0)
    sell_value = models.DecimalField(max_digits=15, decimal_places=2, default=ZERO)
    day_buy_quantity = models.PositiveBigIntegerField(default=0)
    day_buy_value = models.DecimalField(max_digits=15, decimal_places=2, default=ZERO)
    day_sell_quantity = models.PositiveBigIntegerField(default=0)
    day_sell_value = models.DecimalField(max_digits=15, decimal_places=2, default=ZERO)
    realised = models.DecimalField(max_digits=15, decimal_places=2, default=ZERO)
    charges = models.DecimalField(max_digits=15, decimal_places=2, default=ZERO)
    last_price = models.DecimalField(max_digits=15, decimal_places=2, default=ZERO)
    day = models.DateField()
    opened_market_at = models.DateTimeField()
    margin = models.DecimalField(max_digits=15, decimal_places=2, default=ZERO)
    borrowed = models.DecimalField(max_digits=15, decimal_places=2, default=ZERO)
    lots = models.JSONField(default=list)
    fifo_cost = models.DecimalField(max_digits=15, decimal_places=2, default=ZERO)

    objects: OwnedManager[Position] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "trading_position"
        indexes = [models.Index(fields=["user", "id"], name="trading_position_of_user")]
        constraints = [
            models.UniqueConstraint(
                fields=["paper_account", "instrument", "product"], name="trading_one_position_a_product"
            ),
            models.CheckConstraint(condition=Q(cost__gte=0), name="trading_position_cost_not_negative"),
            models.CheckConstraint(condition=~Q(quantity=0) | Q(cost=0), name="trading_flat_costs_nothing"),
            models.CheckConstraint(condition=Q(margin__gte=0, borrowed__gte=0), name="trading_position_owes_no_less"),
            models.CheckConstraint(
                condition=~Q(quantity=0) | Q(margin=0, borrowed=0), name="trading_flat_blocks_nothing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.instrument} {self.product}"


class PositionEvent(OwnedModel):
    """What changed a position without a fill, once for each ``key``: a conversion or a corporate action."""

    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=PositionEventKind.choices)
    quantity_before = models.BigIntegerField()
    quantity_after = models.BigIntegerField()
    details = models.JSONField(default=dict)
    market_at = models.DateTimeField()

    objects: OwnedManager[PositionEvent] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "trading_position_event"
        constraints = [models.UniqueConstraint(fields=["position", "key"], name="trading_position_event_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.quantity_before} > {self.quantity_after}"
