"""Columns for exact money and exact vendor JSON (architecture, decision 10)."""

import json
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.psycopg_any import Jsonb
from django.db.models.fields.json import KeyTransform

from integration import exact_json


class ExactDecoder(json.JSONDecoder):
    """For lookups inside a value; whole values are read by ``exact_json``."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "parse_float": Decimal})


def dump_exact(value: Any) -> str:
    """JSON text with Decimals as numbers, never strings or floats."""
    return exact_json.text(value)


class ExactJSONField(models.JSONField):
    """jsonb whose fractions are Decimals on both ways."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.pop("encoder", None)
        options["decoder"] = ExactDecoder
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        options.pop("decoder", None)
        return name, path, args, options

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        if type(value) is str and not isinstance(expression, KeyTransform):
            return exact_json.read(value)
        return super().from_db_value(value, expression, connection)

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        if value is None or hasattr(value, "as_sql"):
            return super().get_db_prep_value(value, connection, prepared)
        return Jsonb(value, dumps=dump_exact)


def amount_field(**options: Any) -> models.DecimalField:
    """An amount of money; a currency column stands beside it."""
    return models.DecimalField(max_digits=19, decimal_places=4, **options)


def rate_field(**options: Any) -> models.DecimalField:
    """A unit price, quantity or exchange rate."""
    return models.DecimalField(max_digits=24, decimal_places=10, **options)
