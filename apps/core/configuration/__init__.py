"""The system configuration: typed settings in code, changed values in the table, cached for seconds.

What does not belong here: secrets (environment), and who may change what (adminpanel).
"""

from apps.core.configuration.registry import REGISTRY, Setting, find
from apps.core.configuration.store import (
    forget,
    get_bool,
    get_date,
    get_decimal,
    get_int,
    get_str,
    get_words,
    override,
    value_of,
)

__all__ = [
    "REGISTRY",
    "Setting",
    "find",
    "forget",
    "get_bool",
    "get_date",
    "get_decimal",
    "get_int",
    "get_str",
    "get_words",
    "override",
    "value_of",
]
