"""Every rule and write of strategies. What does not belong here: simulating them."""

from apps.strategies.services.catalogue import Catalogue, catalogue
from apps.strategies.services.compiling import (
    Overrides,
    Understood,
    compile_predefined,
    compile_rules,
    compile_script,
    restore_plan,
)
from apps.strategies.services.predefined import seed_predefined
from apps.strategies.services.preview import Line, Preview, preview
from apps.strategies.services.rule_based import (
    clone_rule_based,
    create_rule_based,
    deactivate_rule_based,
    get_readable,
    list_readable,
    update_rule_based,
)
from apps.strategies.services.validating import Problem, Verdict, validate

__all__ = [
    "Catalogue",
    "Line",
    "Overrides",
    "Preview",
    "Problem",
    "Understood",
    "Verdict",
    "catalogue",
    "clone_rule_based",
    "compile_predefined",
    "compile_rules",
    "compile_script",
    "create_rule_based",
    "deactivate_rule_based",
    "get_readable",
    "list_readable",
    "preview",
    "restore_plan",
    "seed_predefined",
    "update_rule_based",
    "validate",
]
