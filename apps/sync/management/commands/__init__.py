"""Commands of sync, thin. What does not belong here: rules (services)."""
