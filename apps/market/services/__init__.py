"""Every write of the market: round trips, imported files, the seed. What does not belong here: HTTP, the network."""

from apps.market.services.blocks import RebuiltBlocks, rebuild_intraday_blocks
from apps.market.services.filling import Filled, fill_newest, fill_span
from apps.market.services.importing import IMPORT_COLUMNS, FileReport, ImportOptions, import_files, import_upload
from apps.market.services.option_filling import fill_newest_options, fill_options_span
from apps.market.services.round_trips import RoundTrip, record_round_trips
from apps.market.services.rules import add_rule, switch_rule
from apps.market.services.seeding import SeedCounts, seed_universe
from apps.market.services.status import set_market_status

__all__ = [
    "IMPORT_COLUMNS",
    "FileReport",
    "Filled",
    "ImportOptions",
    "RebuiltBlocks",
    "RoundTrip",
    "SeedCounts",
    "add_rule",
    "fill_newest",
    "fill_newest_options",
    "fill_options_span",
    "fill_span",
    "import_files",
    "import_upload",
    "rebuild_intraday_blocks",
    "record_round_trips",
    "seed_universe",
    "set_market_status",
    "switch_rule",
]
