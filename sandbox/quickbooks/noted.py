"""What the history is told of a changed entity."""

from typing import Any

from sandbox.core.markers import printed_marker
from sandbox.quickbooks.records import Record

VALUES = ("DocNumber", "TotalAmt", "Balance", "DueDate", "DisplayName", "Name", "Active")


def noted(realm: str, operation: str, record: Record, before: Record | None) -> dict[str, Any]:
    """In the words of ``History.change``; ``was`` is there when a version was replaced."""
    facts: dict[str, Any] = {
        "vendor": "quickbooks",
        "account": realm,
        "entity": record.kind,
        "id": record.id,
        "action": operation,
        "version": int(record.data["SyncToken"]),
        "marker": marker_of(record),
        "values": values_of(record),
    }
    if before is not None:
        facts["was"] = values_of(before)
    return facts


def values_of(record: Record) -> dict[str, str]:
    data = record.data
    return {name: str(data[name]) for name in VALUES if data.get(name) is not None}


def marker_of(record: Record) -> str:
    data = record.data
    texts = [str(field.get("StringValue") or "") for field in data.get("CustomField") or ()]
    memo = data.get("CustomerMemo")
    texts += [str(data.get("PrivateNote") or ""), str(memo.get("value") if memo else "")]
    return printed_marker(texts)
