"""JSON with exact numbers: fractions are Decimals both ways, never floats or texts (decision 0012).

msgspec does the work. What it will not read (a lone surrogate, UTF-16, a byte order mark) the
standard library is asked for, so that nothing vendors may send is refused for being unusual.
"""

import json
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec


def _plain(value: Any) -> Any:
    """Texts of a class of their own, such as Django's safe ones, are texts."""
    if isinstance(value, str):
        return str.__str__(value)
    raise TypeError(f"{type(value).__name__} is nothing that JSON knows")


_reader = msgspec.json.Decoder(float_hook=Decimal)
_writer = msgspec.json.Encoder(decimal_format="number", enc_hook=_plain)
_sorter = msgspec.json.Encoder(decimal_format="number", order="sorted", enc_hook=_plain)


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def read(body: bytes | str) -> Any:
    """Raises ValueError when it is no JSON, RecursionError when it is nested too deeply."""
    try:
        return _reader.decode(body)
    except msgspec.DecodeError:
        return json.loads(body, parse_float=Decimal, parse_constant=_refuse)
    except InvalidOperation:
        raise ValueError("a number with an exponent beyond any use") from None


def written(value: Any) -> bytes:
    """UTF-8. Raises UnicodeEncodeError for a lone surrogate, TypeError for what JSON has not."""
    return _writer.encode(value)


def text(value: Any) -> str:
    return written(value).decode()


def canonical(value: Any) -> bytes:
    """The same for the same content, whatever the order of its members; never raises for texts."""
    try:
        return _sorter.encode(value)
    except UnicodeEncodeError:
        return json.dumps(value, default=str, sort_keys=True).encode()
