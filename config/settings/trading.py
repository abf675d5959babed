"""What paper trading does by the clock, and how its choices are called. What does not belong here: rules."""

TRADING_SCHEDULE = {
    "work-paper-orders": {"task": "trading.work_orders", "schedule": 10.0, "options": {"expires": 10}},
    "work-gtts": {"task": "trading.work_gtts", "schedule": 10.0, "options": {"expires": 10}},
    "close-due-positions": {"task": "trading.close_due", "schedule": 10.0, "options": {"expires": 10}},
    "apply-corporate-actions": {"task": "trading.apply_corporate_actions", "schedule": 300.0},
    "check-price-alerts": {"task": "trading.check_alerts", "schedule": 10.0, "options": {"expires": 10}},
    "advance-replays": {"task": "trading.advance_replays", "schedule": 5.0, "options": {"expires": 5}},
    "note-equity": {"task": "trading.note_equity", "schedule": 60.0, "options": {"expires": 60}},
}
TRADING_ENUM_NAMES = {
    "OrderSideEnum": "apps.trading.enums.Side",
    "ProductEnum": "apps.trading.enums.Product",
    "OrderTypeEnum": "apps.trading.enums.OrderType",
    "OrderVarietyEnum": "apps.trading.enums.Variety",
    "OrderLegEnum": "apps.trading.enums.Leg",
    "TrailingUnitEnum": "apps.trading.enums.TrailingUnit",
    "GttStatusEnum": "apps.trading.enums.GttStatus",
    "ValidityEnum": "apps.trading.enums.Validity",
    "OrderStatusEnum": "apps.trading.enums.OrderStatus",
    "FillProfileEnum": "apps.trading.enums.FillProfile",
    "OrderPurposeEnum": "apps.trading.enums.Purpose",
    "PriceSourceEnum": "apps.trading.enums.PriceSource",
    "OrderOrderingEnum": "apps.trading.enums.OrderOrdering",
    "HeldOrderingEnum": "apps.trading.enums.HeldOrdering",
    "PaperAccountKindEnum": "apps.wallet.enums.PaperAccountKind",
    "EquityByEnum": "apps.trading.enums.EquityBy",
    "AlertConditionEnum": "apps.trading.enums.AlertCondition",
    "AlertStatusEnum": "apps.trading.enums.AlertStatus",
}
