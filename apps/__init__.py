"""The Django apps, one per subject. What does not belong here: code; each app has its rooms."""
