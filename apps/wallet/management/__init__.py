"""Commands of the ledger, thin. What does not belong here: rules (services)."""
