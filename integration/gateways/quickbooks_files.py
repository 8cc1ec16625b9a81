"""A file for a QuickBooks record: the two-part form of ``/upload`` and its answer. Pure.

The form is the same bytes for the same file, so that a repeat under one request id is one payload.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import simplejson

from integration.gateways.quickbooks_faults import from_fault
from integration.gateways.quickbooks_query import all_of, where
from integration.records.quickbooks import Raw

PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class File:
    """``name`` holds letters, digits, dots and dashes only: it stands in a header."""

    entity: str
    id: str
    name: str
    content: bytes
    on_mail: bool = False
    """QuickBooks adds it when it mails the record."""
    kind: str = PDF


def form(file: File) -> tuple[str, bytes]:
    """Content type and body."""
    facts = simplejson.dumps(_attachable(file)).encode()
    boundary = "dealbooks-" + hashlib.sha256(facts + file.content).hexdigest()
    start = f"--{boundary}\r\nContent-Disposition: form-data; name="
    body = b"".join(
        (
            f'{start}"file_metadata_01"; filename="attachment.json"\r\n'
            "Content-Type: application/json; charset=UTF-8\r\n\r\n".encode(),
            facts,
            f'\r\n{start}"file_content_01"; filename="{file.name}"\r\n'
            f"Content-Type: {file.kind}\r\n\r\n".encode(),
            file.content,
            f"\r\n--{boundary}--\r\n".encode(),
        )
    )
    return f"multipart/form-data; boundary={boundary}", body


def _attachable(file: File) -> dict[str, Any]:
    reference = {"type": file.entity, "value": file.id}
    return {
        "AttachableRef": [{"EntityRef": reference, "IncludeOnSend": file.on_mail}],
        "FileName": file.name,
        "ContentType": file.kind,
    }


def stored(answer: str) -> Raw:
    """The Attachable of the answer, which wraps each file's own; raises its fault.

    ValueError, KeyError or TypeError: not readable.
    """
    [first] = simplejson.loads(answer, use_decimal=True)["AttachableResponse"]
    if first.get("Fault"):
        raise from_fault(first["Fault"], 400)
    found: Raw = first["Attachable"]
    if not found["Id"]:
        raise ValueError("an Attachable without an id")
    return found


def of_record(entity: str, id: str) -> str:
    """The condition that finds a record's attachments."""
    return all_of(
        where("AttachableRef.EntityRef.Type", "=", entity),
        where("AttachableRef.EntityRef.value", "=", id),
    )


def named(rows: Iterable[Raw], file_name: str) -> Raw | None:
    return next((row for row in rows if row.get("FileName") == file_name), None)
