"""The endpoints of paper trading. What does not belong here: rules, queries."""
