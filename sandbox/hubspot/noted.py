"""What the history is told of a changed record."""

from typing import Any

from sandbox.core.markers import printed_marker
from sandbox.hubspot.store import Portal, Record


def noted(portal: Portal, facts: dict[str, Any]) -> dict[str, Any]:
    """``facts`` as ``Portal.observe`` gets them, in the words of ``History.change``."""
    more = {name: value for name, value in facts.items() if name != "type"}
    record = portal.records.get(facts["type"], {}).get(facts["id"])
    if record is not None:
        more.update(version=record.modified, marker=marker_of(portal, record))
    return {"vendor": "hubspot", "account": str(portal.id), "entity": facts["type"], **more}


def marker_of(portal: Portal, record: Record) -> str:
    """The value of the portal's own unique property; of a note, what is printed in it."""
    for name, own in portal.custom.get(record.kind.name, {}).items():
        if own.unique and not own.archived and name in record.values:
            return record.values[name]
    return printed_marker((record.values.get("hs_note_body", ""),))
