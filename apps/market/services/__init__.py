"""Every write of the market: round trips, imported files, the seed. What does not belong here: HTTP, the network."""

from apps.market.services.importing import FileReport, import_files
from apps.market.services.round_trips import RoundTrip, record_round_trips
from apps.market.services.seeding import SeedCounts, seed_universe

__all__ = ["FileReport", "RoundTrip", "SeedCounts", "import_files", "record_round_trips", "seed_universe"]
