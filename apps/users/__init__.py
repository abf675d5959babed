"""Accounts, JWT, lockout, roles and permissions, trial and subscription standing.

What does not belong here: money and instruments.
"""
