"""Runs, their queue, results.

What does not belong here: the simulation itself (engine).
"""
