"""One indicator a file, each with its ``INDICATOR``; the registry finds them.

What does not belong here: helpers that compute no indicator.
"""
