"""Machinery of the commands in scripts/. What does not belong here: Django, the product, packages to install."""
