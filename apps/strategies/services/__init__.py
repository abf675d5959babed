"""Every rule and write of strategies. What does not belong here: simulating them."""

from apps.strategies.services.catalogue import Catalogue, catalogue
from apps.strategies.services.compiling import (
    Overrides,
    Understood,
    compile_predefined,
    compile_rules,
    restore_plan,
    validate_rules,
)
from apps.strategies.services.predefined import seed_predefined
from apps.strategies.services.rule_based import (
    create_rule_based,
    deactivate_rule_based,
    get_readable,
    list_readable,
    update_rule_based,
)

__all__ = [
    "Catalogue",
    "Overrides",
    "Understood",
    "catalogue",
    "compile_predefined",
    "compile_rules",
    "create_rule_based",
    "deactivate_rule_based",
    "get_readable",
    "list_readable",
    "restore_plan",
    "seed_predefined",
    "update_rule_based",
    "validate_rules",
]
