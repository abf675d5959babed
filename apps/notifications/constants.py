"""How often and how long a message is tried. What does not belong here: addresses, tokens (settings)."""

from datetime import timedelta

# Eight tries within a day: after 10, 20, 40, 80, 160, 320 and 360 minutes, that is 16.5 hours.
MAX_TRIES = 8
FIRST_RETRY = timedelta(minutes=10)
LAST_RETRY = timedelta(hours=6)
# Assumption: who sets a channel up tries it a few times, not more.
MAX_TESTS = 5
TEST_WINDOW = timedelta(hours=1)
