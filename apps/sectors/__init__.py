"""Sector indices and their prices.

What does not belong here: single stocks.
"""
