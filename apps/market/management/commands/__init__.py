"""Commands of the market, thin. What does not belong here: rules (services)."""
