"""One way to name and load any instrument; round trips on instruments.

What does not belong here: fetching data (sync), strategies.
"""
