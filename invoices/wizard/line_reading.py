"""What the products step's form said: lines, discounts, their order (S-33 to S-39, B-13, B-20)."""

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from integration import company_settings
from integration.records.quickbooks import Item
from invoices.draft import DraftContent, DraftLine
from invoices.draft_checks import UNSELLABLE
from invoices.draft_lines import FREE, TEXT, DraftDiscount
from invoices.line_order import moved, ordered
from invoices.wizard import defaults, quote_reading

if TYPE_CHECKING:
    from invoices.wizard.reading import Typed

REFUSED = "refused_line"
"""In the draft's extras: why the line that was asked for was not added, until the next answer."""
PLAIN = ("quantity", "unit_price", "tax_code_id", "discount", "service_date")


def lines(content: DraftContent, typed: "Typed") -> DraftContent:
    """Fields ``line-<key>-…``; buttons ``add_item``, ``add_text``, ``add_free``, ``add_discount``,
    ``remove`` and ``move`` (``<key>:up``); ``order`` has all keys after something was dragged."""
    content = _said(content, None)
    before = content
    classes = _ClassNames(typed)
    read = (quote_reading.picked(_line(line, typed, classes), typed) for line in content.lines)
    content = replace(content, lines=tuple(read))
    content = quote_reading.removed(content, typed.post.get("remove", ""))
    content = _placed(content, typed)
    if typed.line("tax_mode"):
        content = replace(content, tax_mode=typed.line("tax_mode"))
    if typed.line("tax_code_for_all"):
        content = _coded(content, typed.line("tax_code_for_all"))
    content = _with_discount(_added(content, typed), typed)
    return quote_reading.settled(before, content, typed)


def _coded(content: DraftContent, code: str) -> DraftContent:
    coded = (line if line.is_text else replace(line, tax_code_id=code) for line in content.lines)
    return replace(content, lines=tuple(coded))


def _placed(content: DraftContent, typed: "Typed") -> DraftContent:
    keys = [key for key in typed.line("order").split(",") if key]
    if keys:
        content = ordered(content, keys)
    key, _colon, way = typed.line("move").partition(":")
    return moved(content, key, -1 if way == "up" else 1) if key else content


# ---------------------------------------------------------------------------------------- one line
class _ClassNames:
    """Ids by name, whole or short, read once and only where a class was typed."""

    def __init__(self, typed: "Typed") -> None:
        self.typed = typed
        self._ids: dict[str, str] | None = None

    def id_of(self, name: str) -> str:
        if not name:
            return ""
        if self._ids is None:
            known = self.typed.reference.classes()
            self._ids = {each.name.casefold(): each.id for each in known}
            self._ids |= {each.full_name.casefold(): each.id for each in known}
        return self._ids.get(name.casefold(), "")


def _line(line: DraftLine, typed: "Typed", classes: _ClassNames) -> DraftLine:
    prefix = f"line-{line.key}-"
    changes: dict[str, str | bool] = {
        name: typed.line(f"{prefix}{name}") for name in PLAIN if f"{prefix}{name}" in typed.post
    }
    if f"{prefix}description" in typed.post:
        changes["description"] = typed.text(f"{prefix}description").strip()
    if f"{prefix}discount_kind" in typed.post:
        changes["discount_is_percent"] = typed.line(f"{prefix}discount_kind") != "amount"
    if f"{prefix}class" in typed.post:
        name = typed.line(f"{prefix}class")
        if name != line.class_name:
            changes |= {"class_name": name, "class_id": classes.id_of(name)}
    return replace(line, **changes) if changes else line  # type: ignore[arg-type]


# -------------------------------------------------------------------------------------- what is new
def _added(content: DraftContent, typed: "Typed") -> DraftContent:
    if "add_text" in typed.post:
        return content.with_line(DraftLine(key=_key(), kind=TEXT))
    if "add_free" in typed.post:
        return _with_free(content, typed)
    wanted = typed.line("add_item")
    return _with_item(content, wanted, typed) if wanted else content


def _key() -> str:
    return secrets.token_hex(3)


def _with_item(content: DraftContent, wanted: str, typed: "Typed") -> DraftContent:
    """A product that was made inactive under the picker is named, not added."""
    company, item = typed.draft.company, typed.reference.item(wanted)
    if company is None:
        return content
    if item is None or not item.active or item.kind in UNSELLABLE:
        name = (item.name if item else "") or typed.line("add_item_query")
        return _said(content, "draft.item_gone", name=name or "–")
    content = _at_rate(content, typed)
    return content.with_line(defaults.line_of(item, _key(), content, company, typed.reference))


def _at_rate(content: DraftContent, typed: "Typed") -> DraftContent:
    """D-23: list prices of an invoice are all converted at the rate of its first product."""
    if any(not line.is_text for line in content.lines):
        return content
    return replace(content, priced_in=content.currency, price_rate=typed.rate)


def _with_free(content: DraftContent, typed: "Typed") -> DraftContent:
    """D-08: priced words on the company's stand-in product, for those who may."""
    company = typed.draft.company
    if company is None:
        return content
    if not typed.may_write_free_lines:
        return _said(content, "draft.free_not_allowed")
    item = _stand_in(typed)
    if item is None:
        return _said(content, "draft.free_item_missing", company=company.name)
    content = _at_rate(content, typed)
    line = defaults.line_of(item, _key(), content, company, typed.reference)
    return content.with_line(replace(line, kind=FREE, description="", unit_price=""))


def _stand_in(typed: "Typed") -> Item | None:
    company = typed.draft.company
    settings = company_settings.of_company(company) if company else None
    if settings is None or not settings.default_item_id:
        return None
    item = typed.reference.item(settings.default_item_id)
    return item if item is not None and item.active and item.kind not in UNSELLABLE else None


def _said(content: DraftContent, code: str | None, **parameters: str) -> DraftContent:
    extras = {name: value for name, value in content.extras.items() if name != REFUSED}
    if code is not None:
        extras[REFUSED] = {"code": code, "parameters": parameters}
    elif REFUSED not in content.extras:
        return content
    return replace(content, extras=extras)


def _with_discount(content: DraftContent, typed: "Typed") -> DraftContent:
    """The discount on the whole invoice: added, typed, taken away (B-13)."""
    if content.discount is None and "add_discount" in typed.post:
        return replace(content, discount=DraftDiscount())
    return quote_reading.discounted(content, typed)
