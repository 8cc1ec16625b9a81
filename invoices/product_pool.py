"""The products and links that a quote's lines could mean, from the mirror: two queries (B-12)."""

from collections.abc import Iterable, Sequence

from django.db.models import F, Func, Q, Value
from django.db.models.fields import TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Lower

from integration.gateways.quickbooks_records import item as parse_item
from integration.models import Company, Record, RecordLink
from integration.records.quickbooks import Item
from invoices.product_matching import Answer, folded_name, folded_sku, match_all
from invoices.quotes import QuoteLine


def answers(company: Company, lines: Sequence[QuoteLine]) -> dict[str, Answer]:
    """For every line its QuickBooks product, or why there is none."""
    links = linked_items(company, [line.product_id for line in lines if line.product_id])
    items = _pool(company, lines, links.values())
    return match_all(lines, items, links, company.realm_id)


def linked_items(company: Company, product_ids: Iterable[str]) -> dict[str, str]:
    """HubSpot product id to item id; the latest link of a product counts."""
    found = RecordLink.objects.for_portal(company.portal_id).filter(
        company=company, kind="Item", hubspot_kind="products", hubspot_id__in=list(product_ids)
    )
    return dict(found.order_by("created_at").values_list("hubspot_id", "qbo_id"))


def _pool(company: Company, lines: Sequence[QuoteLine], linked: Iterable[str]) -> list[Item]:
    skus = {folded_sku(line.sku) for line in lines} - {""}
    names = {folded_name(line.name) for line in lines} - {""}
    keyed = {line.product_key.rpartition(":")[2] for line in lines} - {""}
    rows = Record.objects.for_portal(company.portal_id).filter(
        company=company, kind="Item", deleted_at=None
    )
    named = rows.annotate(
        sku=_folded("Sku"), lower_name=Lower("name"), full_name=Lower(_text("FullyQualifiedName"))
    )
    wanted = named.filter(
        Q(sku__in=skus)
        | Q(full_name__in=names)
        | Q(lower_name__in={*names, *(f"{name} (deleted)" for name in names)})
        | Q(qbo_id__in={*linked, *keyed})
    )
    return [parse_item(raw) for raw in wanted.values_list("raw", flat=True)]


def _text(name: str) -> KeyTextTransform:
    return KeyTextTransform(name, F("raw"))


def _folded(name: str) -> Lower:
    """As ``folded_sku`` does it, as far as the database can."""
    blanks = Func(
        _text(name), Value(r"\s"), Value(""), Value("g"), function="regexp_replace",
        output_field=TextField(),
    )  # fmt: skip
    return Lower(blanks)
