"""Settings: base, and what dev, test and prod change. What does not belong here: logic."""
