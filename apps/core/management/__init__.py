"""Commands of core. What does not belong here: rules."""
