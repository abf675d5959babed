"""Pulling and importing market data into the tables.

What does not belong here: reading it.
"""
