"""Other records of the company with the same address, name or SKU (fault 88, D-06).

Each question has an index of its own (``integration.sql.MATCHING_INDEXES``): these expressions and
those must stay alike, or a hundred thousand customers are read one by one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, Q, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Lower, NullIf, Replace, StrIndex

from integration.models import Company, Record
from integration.models.tenancy import PortalQuerySet
from sync.records import CONTACTS, CUSTOMER, ITEM, PRODUCTS

SKU = Lower(KT("raw__Sku"))
NAME = Lower(
    Coalesce(
        NullIf(KT("raw__CompanyName"), Value(""), output_field=TextField()),
        Cast(F("name"), TextField()),
    )
)
ADDRESS = KT("raw__PrimaryEmailAddr__Address")
SEVERAL = StrIndex(ADDRESS, Value(","))
ADDRESSES: Func = Func(
    Replace(Lower(ADDRESS), Value(" "), Value("")),
    Value(","),
    function="string_to_array",
    output_field=ArrayField(TextField()),
)
"""QuickBooks' e-mail field may hold several, split on commas."""


def holders(company: Company, kind: str, values: Collection[str]) -> PortalQuerySet:
    """Active records of a HubSpot kind with one of these lower-case values, as ``sought_value``."""
    rows = Record.objects.for_portal(company.portal_id).filter(
        company=company,
        kind=ITEM if kind == PRODUCTS else CUSTOMER,
        active=True,
        deleted_at=None,
    )
    if kind == CONTACTS:
        # Few customers have several addresses: they are looked through one by one.
        spoken = [value.replace(" ", "") for value in values]
        rows = rows.alias(address=Lower(ADDRESS), several=SEVERAL)
        one_of = Q(address__in=spoken) | Q(several__gt=0, sought_value__overlap=spoken)
        return rows.annotate(sought_value=ADDRESSES).filter(one_of)  # type: ignore[no-any-return]
    found = rows.annotate(sought_value=SKU if kind == PRODUCTS else NAME)
    return found.filter(sought_value__in=list(values))  # type: ignore[no-any-return]


def twins(
    company: Company, kind: str, sought: Iterable[tuple[str, Collection[str]]]
) -> dict[str, tuple[str, ...]]:
    """Our id to the names of others alike, for (our id, its values); those without any are absent.

    Sub-customers bill to their parent and often carry its address: they do not count.
    """
    wanted = {id: [value.casefold() for value in values if value] for id, values in sought}
    every = {value for values in wanted.values() for value in values}
    if not every:
        return {}
    rows = holders(company, kind, sorted(every))
    if kind != PRODUCTS:
        rows = rows.exclude(raw__has_key="ParentRef")
    by_value: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for pk, name, value in rows.order_by("name").values_list("pk", "name", "sought_value"):
        for each in value if isinstance(value, list) else [value]:
            by_value[each].append((str(pk), name))
    found = {
        id: tuple(dict.fromkeys(_others(id, values, by_value))) for id, values in wanted.items()
    }
    return {id: names for id, names in found.items() if names}


def _others(
    id: str, values: Iterable[str], by_value: dict[str, list[tuple[str, str]]]
) -> Iterator[str]:
    seen: set[str] = set()
    for value in values:
        for other, name in by_value.get(value, ()):
            if other != id and other not in seen:
                seen.add(other)
                yield name
