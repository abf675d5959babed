"""Option contracts and candles.

What does not belong here: paper orders on them.
"""
