"""Orders, fills and equity of a run, from its signals. What does not belong here: indicators, statistics."""
