"""Files of the attachment list: ``/upload`` in two parts each, ``/download`` and the bytes."""

import json
import re
from email import policy
from email.parser import BytesParser
from typing import Any

from sandbox.core.messages import Request, Response, json_response
from sandbox.quickbooks import refusals
from sandbox.quickbooks.books import Books, Record
from sandbox.quickbooks.entities import BY_PATH, ROWS
from sandbox.quickbooks.shapes import read_object

MAX_FILE = 100 * 1024 * 1024
"""Intuit's limit of one upload."""
KINDS = ("application/", "image/", "text/")
ROW = ROWS["Attachable"]


def upload(books: Books, request: Request, base: str) -> Response:
    """A fault of one file stands beside the others' Attachables."""
    parts = _parts(request)
    numbers = sorted(name.rpartition("_")[2] for name in parts if name.startswith("file_content_"))
    if not numbers:
        raise refusals.missing("file_content_01")
    answers = [_one(books, parts, number, base) for number in numbers]
    return json_response({"AttachableResponse": answers, "time": books.time()})


def _one(
    books: Books, parts: dict[str, tuple[str, str, bytes]], number: str, base: str
) -> dict[str, Any]:
    file_name, kind, content = parts[f"file_content_{number}"]
    _, told, metadata = parts.get(f"file_metadata_{number}", ("", "", b"{}"))
    try:
        if told and told != "application/json":
            raise refusals.bad_text("file_metadata")
        values = read_object(_object(metadata), ROW.properties)
        _check(books, values, kind, content)
        return {"Attachable": store(books, values, file_name, kind, content, base).data}
    except refusals.Refusal as refusal:
        return {"Fault": refusal.fault()}


def _object(metadata: bytes) -> dict[str, Any]:
    try:
        found = json.loads(metadata)
    except ValueError as error:
        raise refusals.unsupported_property("file_metadata") from error
    if not isinstance(found, dict):
        raise refusals.unsupported_property("file_metadata")
    return found


def _check(books: Books, values: dict[str, Any], kind: str, content: bytes) -> None:
    if not content:
        raise refusals.business("The file is empty.")
    if len(content) > MAX_FILE:
        raise refusals.too_long("file_content", MAX_FILE, len(content))
    if not kind.startswith(KINDS):
        raise refusals.business(f"The file type {kind} is not supported.")
    for reference in values.get("AttachableRef") or ():
        to = reference.get("EntityRef") or {}
        row = BY_PATH.get(str(to.get("type", "")).lower())
        if row is None or books.get(row.name, str(to.get("value", ""))) is None:
            raise refusals.bad_reference("AttachableRef")


def store(
    books: Books, values: dict[str, Any], name: str, kind: str, content: bytes, base: str
) -> Record:
    identity = books.next_id("Attachable")
    values |= {
        "FileName": values.get("FileName") or name,
        "ContentType": values.get("ContentType") or kind,
        "Size": len(content),
        "FileAccessUri": f"/v3/company/{books.realm}/download/{identity}",
        "TempDownloadUri": f"{base}/files/{books.realm}/{identity}",
    }
    books.files[identity] = content
    record = books.insert("Attachable", values, identity)
    if books.switches["upload_moves_invoice"]:
        _move(books, values)
    return record


def _move(books: Books, values: dict[str, Any]) -> None:
    for reference in values.get("AttachableRef") or ():
        to = reference["EntityRef"]
        found = books.get(BY_PATH[to["type"].lower()].name, str(to["value"]))
        if found is not None:
            books.touch_quietly(found, 1)


def _parts(request: Request) -> dict[str, tuple[str, str, bytes]]:
    """By part name: file name, content type, bytes. Raises Refusal."""
    if request.content_type != "multipart/form-data":
        raise refusals.Refusal(
            "415",
            "Unsupported Media Type",
            f"Content-Type {request.content_type} is not supported",
            status=415,
        )
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser(policy=policy.HTTP).parsebytes(head + request.body)
    found = {}
    for part in message.iter_parts():
        name = str(part.get_param("name", "", "content-disposition"))
        if re.fullmatch(r"file_(metadata|content)_\d\d", name):
            content = part.get_payload(decode=True)
            found[name] = (part.get_filename() or "", part.get_content_type(), bytes(content))  # type: ignore[arg-type]
    return found


def on_mail(books: Books, record: Record) -> list[str]:
    """Names of the files that go out with a mail of the record."""
    return [
        str(row.data.get("FileName", ""))
        for row in books.tables["Attachable"].by_id.values()
        if any(
            ref.get("IncludeOnSend") and is_of(ref, record)
            for ref in row.data.get("AttachableRef") or ()
        )
    ]


def is_of(reference: dict[str, Any], record: Record) -> bool:
    to = reference.get("EntityRef") or {}
    return (str(to.get("type", "")).lower(), str(to.get("value"))) == (
        record.kind.lower(), record.id,
    )  # fmt: skip


def link(books: Books, identity: str) -> Response:
    """``/download``: the address of the bytes, as plain text."""
    record = books.get("Attachable", identity)
    if record is None or identity not in books.files:
        raise refusals.not_found()
    return Response(
        200, str(record.data["TempDownloadUri"]).encode(), {"content-type": "text/plain"}
    )
