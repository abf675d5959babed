"""Fixed words of strategies. What does not belong here: anything that can be configured."""

# Said of what is missing and of what is somebody else's alike.
NO_STRATEGY = "There is no such strategy."
