"""What administrators see and set.

What does not belong here: what users do.
"""
