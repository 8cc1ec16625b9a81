"""Property validation rules that a portal's admin has set: enforced by version 2026-09 only.

A scenario gives them as ``settings.validation_rules``:
``{"deals": [{"propertyName": "dealname", "ruleType": "MAX_LENGTH", "ruleArguments": ["40"]}]}``.
"""

import re
from collections.abc import Callable
from typing import Any

from sandbox.hubspot.calls import Call
from sandbox.hubspot.errors import ValueProblem, invalid_values
from sandbox.hubspot.schemas import ObjectType

ENFORCING = "2026-09"
FITS: dict[str, Callable[[str, str], bool]] = {
    "MAX_LENGTH": lambda text, argument: len(text) <= int(argument),
    "MIN_LENGTH": lambda text, argument: len(text) >= int(argument),
    "REGEX": lambda text, argument: re.fullmatch(argument, text) is not None,
}


def rules_of(call: Call, kind: ObjectType) -> list[dict[str, Any]]:
    rules = call.portal.settings.get("validation_rules", {}).get(kind.name, [])
    return list(rules)


def enforce(call: Call, kind: ObjectType, *inputs: Any) -> None:
    """Raises 400 when a write through 2026-09 breaks a rule; each input holds ``properties``."""
    if call.version != ENFORCING:
        return
    problems = [
        ValueProblem(rule["propertyName"], "VALIDATION_RULE", f"breaks {rule['ruleType']}")
        for given in inputs
        for rule in rules_of(call, kind)
        if _breaks(rule, given.get("properties") if isinstance(given, dict) else None)
    ]
    if problems:
        raise invalid_values(problems, call.portal.id)


def _breaks(rule: dict[str, Any], properties: Any) -> bool:
    value = properties.get(rule["propertyName"]) if isinstance(properties, dict) else None
    if value in (None, ""):
        return False
    return not all(FITS[rule["ruleType"]](str(value), str(a)) for a in rule["ruleArguments"])
