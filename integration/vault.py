"""Tokens at rest: encrypted, bound to their row and column, readable after a key change (control 3).

A sealed text is ``<key id>:<Fernet token>``. What it belongs to is inside the encrypted text, so a
ciphertext copied to another row, column or tenant is refused. A wrong key is a hard error, never
an empty or garbled value. ``DEALBOOKS_TOKEN_KEYS`` holds the keys, newest first.
"""

import hashlib
import json
from collections.abc import Iterator

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models, transaction

from integration.models import Grant, IdempotentCall, PendingConnection

SEALED: tuple[tuple[type[models.Model], tuple[str, ...]], ...] = (
    (Grant, ("access_token", "refresh_token")),
    (PendingConnection, ("access_token", "refresh_token")),
    (IdempotentCall, ("answer",)),
)
"""Every column that holds sealed text; ``rotate`` walks them."""


class WrongKey(Exception):
    """The text was sealed with a key we do not have, for something else, or was changed."""


def seal(text: str, bind: str) -> str:
    """Encrypt with the newest key; ``bind`` names what the text belongs to."""
    keys = _keys()
    plain = json.dumps([bind, text]).encode()
    return f"{_key_id(keys[0])}:{Fernet(keys[0]).encrypt(plain).decode()}"


def open_sealed(sealed: str, bind: str) -> str:
    """The text; raises ``WrongKey``."""
    _, _, token = sealed.partition(":")
    try:
        plain = MultiFernet([Fernet(key) for key in _keys()]).decrypt(token.encode())
    except InvalidToken:
        raise WrongKey("no key of DEALBOOKS_TOKEN_KEYS opens this value") from None
    found = json.loads(plain)
    if found[0] != bind:
        raise WrongKey("this value belongs to something else")
    return str(found[1])


def bind_of(row: models.Model, column: str) -> str:
    """What a column's value is bound to: table, row and column."""
    return f"{row._meta.db_table}:{row.pk}:{column}"


def put(row: models.Model, column: str, text: str) -> None:
    """Seal a text into a column of a row (not saved); an empty text stays empty."""
    setattr(row, column, seal(text, bind_of(row, column)) if text else "")


def take(row: models.Model, column: str) -> str:
    """The text in a column; raises ``WrongKey``."""
    sealed = getattr(row, column)
    return open_sealed(sealed, bind_of(row, column)) if sealed else ""


def rotate() -> int:
    """Seal everything anew that is not under the newest key; how many rows were changed.

    Safe to repeat and to run beside workers: each row is locked while it is changed.
    """
    newest = _key_id(_keys()[0])
    changed = 0
    for model, columns in SEALED:
        for key in _stale(model, columns, newest):
            with transaction.atomic():
                row = _rows(model).select_for_update().filter(pk=key).first()
                if row is None:
                    continue
                for column in columns:
                    put(row, column, take(row, column))
                row.save(update_fields=columns)
                changed += 1
    return changed


def _stale(model: type[models.Model], columns: tuple[str, ...], newest: str) -> Iterator[object]:
    for row in _rows(model).only("pk", *columns):
        sealed = [getattr(row, column) for column in columns]
        if any(value and not value.startswith(f"{newest}:") for value in sealed):
            yield row.pk


def _rows(model: type[models.Model]) -> models.QuerySet[models.Model]:
    return model.objects.everywhere("sealed values of all portals change keys together")  # type: ignore[attr-defined]


def _keys() -> list[str]:
    return list(settings.DEALBOOKS["TOKEN_KEYS"])


def _key_id(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:8]
