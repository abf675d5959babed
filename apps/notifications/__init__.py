"""What users are told in the app.

What does not belong here: why they are told.
"""
