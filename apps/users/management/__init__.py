"""Commands of accounts, thin. What does not belong here: rules (services)."""
