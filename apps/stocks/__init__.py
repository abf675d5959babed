"""Stocks, their categories and prices.

What does not belong here: indices, options.
"""
