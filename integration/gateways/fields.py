"""Small readers for vendor JSON that tolerate both letter cases and odd types."""

from collections.abc import Mapping
from typing import Any


def either(body: Any, *names: str) -> Any:
    """The first of these members that is there and not null; None otherwise."""
    if isinstance(body, Mapping):
        for name in names:
            if body.get(name) is not None:
                return body[name]
    return None


def as_list(value: Any) -> list[Any]:
    """A list stays, null is empty, anything else is a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def as_text(value: Any, limit: int = 500) -> str:
    """A short plain string; containers and null give an empty one."""
    if value is None or isinstance(value, dict | list):
        return ""
    return str(value)[:limit]
