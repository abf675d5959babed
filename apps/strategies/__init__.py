"""Predefined and rule-based strategies, the catalogue, validation.

What does not belong here: running them.
"""
