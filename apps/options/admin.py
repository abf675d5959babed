"""Option contracts in the Django admin, read-only. What does not belong here: changes."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from apps.options.models import Option5Min, OptionDay

CONTRACT = ("underlying_symbol", "expiry_date", "option_strike", "option_type")


@admin.register(Option5Min)
class Option5MinAdmin(ReadOnlyAdmin):
    """Contracts that have candles."""

    list_display = ("id", *CONTRACT, "updated_at")
    search_fields = ("underlying_symbol",)


@admin.register(OptionDay)
class OptionDayAdmin(ReadOnlyAdmin):
    """Imported days of contracts."""

    list_display = ("id", *CONTRACT, "date", "close_price", "volume", "open_interest")
    search_fields = ("underlying_symbol",)
