"""PostgreSQL's UUIDs made Python's at a third of the cost.

``uuid.UUID`` looks at each text as if anybody might have written it; the database writes 32 digits
and four dashes, always. A sync run reads a dozen of them for each invoice.
"""

from importlib import import_module
from typing import Any
from uuid import UUID, SafeUUID

import psycopg2.extensions

OIDS = (2950,)
"""PostgreSQL's type ``uuid``."""
_new, _set = object.__new__, object.__setattr__


def register() -> None:
    """From here on in every connection of this process."""
    import_module("django.db.backends.postgresql.base")  # registers the library's own reader
    made: Any = psycopg2.extensions.new_type(OIDS, "UUID", read)
    psycopg2.extensions.register_type(made)


def read(text: str | None, _cursor: object = None) -> UUID | None:
    """The same as ``UUID(text)`` for what PostgreSQL writes."""
    if text is None:
        return None
    made: UUID = _new(UUID)
    _set(made, "int", int(text.replace("-", ""), 16))
    _set(made, "is_safe", SafeUUID.unknown)
    return made
