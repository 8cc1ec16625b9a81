"""An edit of an invoice: its draft is judged and sent as what differs from QuickBooks (D-14)."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from integration.access.actors import Actor
from integration.access.rights import Right
from integration.gateways.quickbooks_transactions import invoice as parse_invoice
from integration.gateways.quickbooks_transactions import reference
from integration.records.quickbooks import Invoice as Record
from integration.records.quickbooks import Preferences, Raw
from integration.reference import Reference
from invoices import change_compare, changes
from invoices.approval_facts import of_change
from invoices.approval_requests import ask
from invoices.change_facts import change_facts, content_of_record
from invoices.change_payload import edit_body
from invoices.change_rules import Act, Permission, permission
from invoices.changes import BASE, NotAllowed
from invoices.changing import CHANGE, ChangeWalk, names_of, picture
from invoices.creation import Refused
from invoices.currencies import round_money
from invoices.custom_fields import po_number_field
from invoices.draft import DraftContent, DraftFacts, Problem, problems
from invoices.drafts import DraftChanged, DraftClosed, content_of, editable
from invoices.edit_checks import about_the_change, taxed_parts
from invoices.facts import ReferenceMissing, draft_facts
from invoices.line_discounts import posted
from invoices.models import Draft, Invoice, InvoiceAttachment, InvoiceChange, InvoiceOperation
from invoices.models.changes import ChangeKind, ChangePoint
from invoices.models.drafts import DraftState
from invoices.payload import content_hash, expected_totals, with_default_codes
from invoices.payload_places import places_of
from invoices.posting import may_change
from invoices.services import NotReady
from invoices.signals import total_differs
from invoices.taxes import Totals, group_code, mode_of


class NothingChanged(Exception):
    """The draft says what the invoice says already."""

    code = "change.nothing"


def base_of(content: DraftContent) -> Record:
    """QuickBooks' record that the edit began with."""
    return parse_invoice(dict(content.extras[BASE]))


def began(invoice: Invoice, base: Record) -> DraftContent:
    """The draft as it was before the person touched it."""
    return content_of_record(invoice, base).content


def judged(
    draft: Draft, content: DraftContent, now: datetime, preferences: Preferences | None = None
) -> tuple[DraftContent, DraftFacts, list[Problem], Totals]:
    """As ``services.judged``; what the person left as it was is no problem of the edit."""
    invoice: Invoice = draft.edits
    base = base_of(content)
    first = began(invoice, base)
    facts = draft_facts(draft.company, draft.deal, content, now, preferences=preferences)
    facts = replace(facts, invoiced_so_far=facts.invoiced_so_far - _counted(invoice, draft))
    mode = facts.tax_mode(content.tax_mode)
    filled = with_default_codes(content, mode, facts.items, facts.customer)
    code = (base.raw.get("TxnTaxDetail") or {}).get("TxnTaxCodeRef")
    group = reference(code) or group_code(mode, facts.preferences, facts.customer, facts.tax_codes)
    totals = expected_totals(filled, mode, facts.tax_codes, group, facts.line_discounts)
    found = about_the_change(problems(filled, facts), first, filled)
    return filled, facts, found, totals


def _counted(invoice: Invoice, draft: Draft) -> Decimal:
    """What of "invoiced so far" is this very invoice."""
    ties = InvoiceAttachment.objects.for_portal(invoice.portal_id).filter(
        invoice=invoice, object_kind="deals", hubspot_id=draft.deal.hubspot_id, counts=True,
        detached_at=None,
    )  # fmt: skip
    same = invoice.currency == draft.deal.currency
    return invoice.billed if same and ties.exists() else Decimal(0)


# --------------------------------------------------------------------------------------- entrance
def submit(actor: Actor, draft: Draft, version: int, now: datetime) -> InvoiceChange:
    """Save the changes in QuickBooks: stored, owed, and walked as far as a few seconds reach.

    A second submit gets the first one's change. Raises NotReady, NothingChanged, NotAllowed,
    DraftChanged, DraftClosed or Forbidden; nothing is stored then.
    """
    return changes.run(_owe(actor, draft, version, now), now)


def _owe(actor: Actor, draft: Draft, version: int, now: datetime) -> InvoiceChange:
    actor.require(Right.POST, draft.company)
    with transaction.atomic():
        rows = Draft.objects.for_portal(actor.portal).select_for_update(of=("self",))
        held: Draft = rows.select_related("deal", "company", "edits__company").get(pk=draft.pk)
        if held.state in (DraftState.SUBMITTED, DraftState.DONE):
            return _change_of(held)
        editable(held, now)
        if held.version != version:
            raise DraftChanged(held)
        invoice: Invoice = held.edits
        found = permission(Act.EDIT, change_facts(actor, invoice, now, held.deal.hubspot_id))
        if not found.allowed:
            raise NotAllowed(found)
        change = _change(held, now)
        held.state = DraftState.SUBMITTED
        held.save(update_fields=["state"])
        owed = changes.owe(actor, invoice, change, now)
        if owed.pk != change.pk:  # somebody else was faster
            raise NotAllowed(Permission(Act.EDIT, "change.under_way", {"number": str(invoice)}))
        return owed


def _change_of(draft: Draft) -> InvoiceChange:
    rows = InvoiceChange.objects.for_portal(draft.portal_id).filter(draft=draft)
    found: InvoiceChange | None = rows.order_by("-created_at").first()
    if found is None:
        raise DraftClosed(draft, draft.state)
    return found


def last_change(draft: Draft) -> InvoiceChange | None:
    """What became of it so far: its newest change."""
    rows = InvoiceChange.objects.for_portal(draft.portal_id).filter(draft=draft)
    return rows.order_by("-created_at").first()  # type: ignore[no-any-return]


def _change(draft: Draft, now: datetime) -> InvoiceChange:
    filled, facts, found, totals = judged(draft, content_of(draft), now)
    if any(problem.is_blocker for problem in found):
        raise NotReady(found)
    filled, base = posted(filled, facts.line_discounts), base_of(filled)
    change = InvoiceChange(
        kind=ChangeKind.EDIT,
        invoice=draft.edits,
        company=draft.company,
        draft=draft,
        deal_id=draft.deal.hubspot_id,
        base=base.raw,
        content=filled.to_json(),
        content_hash=content_hash(filled),
        expected_total=totals.total,
        total_is_net=totals.is_estimate,
        currency=filled.currency,
    )
    if is_nothing(change, base):
        raise NothingChanged
    return change


# ----------------------------------------------------------------------------------------- sending
def body(change: InvoiceChange, base: Record) -> Raw:
    known = Reference.of(change.company).preferences()
    if known is None:
        raise ReferenceMissing
    content = DraftContent.from_json(change.content)
    return edit_body(
        base.raw,
        began(change.invoice, base),
        content,
        mode=mode_of(change.company.is_us, known, content.tax_mode),
        places=places_of(known),
        po_field=po_number_field(known.custom_fields),
    )


def is_nothing(change: InvoiceChange, base: Record) -> bool:
    return set(body(change, base)) == {"Id", "SyncToken", "sparse"}


def is_done(change: InvoiceChange, base: Record, record: Record) -> bool:
    """Whether QuickBooks has every member as the person wanted it: an earlier try came through."""
    first = change_compare.of_content(began(change.invoice, base))
    wanted = change_compare.of_content(DraftContent.from_json(change.content))
    there = change_compare.of_content(began(change.invoice, record))
    changed = {name for name in first | wanted if first.get(name) != wanted.get(name)}
    values = sorted(there.values())
    return all(
        there.get(name) == wanted.get(name) or (name not in first and wanted[name] in values)
        for name in changed
    )


def require(change: InvoiceChange, preferences: Preferences, now: datetime) -> None:
    """The worker judges again with preferences read now (D-13). Raises Refused."""
    content = DraftContent.from_json(change.content)
    _filled, _facts, found, _totals = judged(change.draft, content, now, preferences)
    blocking = [problem for problem in found if problem.is_blocker]
    if blocking:
        raise Refused(blocking[0].code, dict(blocking[0].parameters))


def changes_amount(change: InvoiceChange) -> bool:
    """D-15: asked before every change of amount; an unknown new amount counts as one."""
    base = parse_invoice(change.base)
    before = base.total - base.total_tax if change.total_is_net else base.total
    if change.expected_total is None or change.expected_total != before:
        return True
    if not change.total_is_net:
        return False
    # QuickBooks works out the tax itself: other taxable lines are another total (D-11).
    wanted = DraftContent.from_json(change.content)
    return taxed_parts(wanted) != taxed_parts(began(change.invoice, base))


def is_approved(walked: ChangeWalk) -> bool:
    """False while somebody has to approve: the question and the point are stored as one."""
    change = walked.change
    verdict = may_change(change, walked.now)
    if verdict.allowed:
        return True
    if not verdict.waiting:
        raise Refused(verdict.code, verdict.parameters)
    with walked.fenced():
        ask(of_change(change), verdict, walked.now, job=(CHANGE, {"change": str(change.pk)}))
        walked.reach(
            ChangePoint.WAITING, problem=verdict.code, problem_parameters=verdict.parameters
        )
    return False


def put_on_top(change: InvoiceChange, now: datetime) -> None:
    """After a conflict: the same changes of a newer version; the caller saves and holds the lock."""
    draft = change.draft
    if change.kind != ChangeKind.EDIT or draft is None:
        return
    base, theirs = parse_invoice(change.base), parse_invoice(change.theirs)
    content = change_compare.rebased(
        began(change.invoice, base),
        DraftContent.from_json(change.content),
        began(change.invoice, theirs),
    )
    content = replace(content, extras={**content.extras, BASE: theirs.raw})
    _filled, _facts, _found, totals = judged(draft, content, now)
    change.content, change.content_hash = content.to_json(), content_hash(content)
    change.expected_total, change.total_is_net = totals.total, totals.is_estimate
    draft.content = content.to_json()
    draft.version += 1
    draft.save(update_fields=["content", "version"])


def keep(walked: ChangeWalk, before: Record, after: Record) -> None:
    """The history, and D-11's comparison of totals; inside the caller's transaction."""
    change, invoice = walked.change, walked.invoice
    actual = after.total - after.total_tax if change.total_is_net else after.total
    differs = change.expected_total is not None and actual != change.expected_total
    invoice.expected_total, invoice.total_differs = change.expected_total, differs
    invoice.save(update_fields=["expected_total", "total_differs"])
    shown = {
        name: f"{round_money(each.total, change.currency)} {change.currency}"
        for name, each in (("total_before", before), ("total", after))
    }
    walked.record("invoice.edited", **shown)
    if differs:
        numbers = {"actual": str(actual), "expected": str(change.expected_total)}
        walked.record("invoice.total_differs", **numbers)
        total_differs.send(InvoiceOperation, invoice=invoice, now=walked.now, **numbers)


# --------------------------------------------------------------------------------------- comparing
def differences(change: InvoiceChange) -> list[change_compare.Difference]:
    """What the person saw, what they want and what QuickBooks has, where these are not the same."""
    base, theirs = parse_invoice(change.base), parse_invoice(change.theirs)
    before, there = (picture(change, each) for each in (base, theirs))
    mine = before
    if change.kind == ChangeKind.EDIT:
        wanted = DraftContent.from_json(change.content)
        names = names_of(change.company)
        mine = change_compare.mine_of(before, began(change.invoice, base), wanted, names)
        mine |= {name: "" for name in ("total", "open") if change.expected_total is None}
        if change.expected_total is not None and changes_amount(change):
            mine["total"] = mine["open"] = str(round_money(change.expected_total, change.currency))
    return change_compare.differences(before, mine, there)
