"""Importing real prices and corporate actions from files. What does not belong here: the formats (marketdata.files)."""

from apps.market.services.importing.reports import IMPORT_COLUMNS, FileReport, ImportOptions
from apps.market.services.importing.runs import data_until, import_files, import_upload

__all__ = ["IMPORT_COLUMNS", "FileReport", "ImportOptions", "data_until", "import_files", "import_upload"]
