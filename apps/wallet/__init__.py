"""The ledger: append-only, balanced, one door.

What does not belong here: orders, gateways.
"""
