"""Paper orders, fills, positions, holdings.

What does not belong here: the ledger (wallet).
"""
