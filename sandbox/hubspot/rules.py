"""What each object type demands beyond its row: hooks called by ``objects``."""

from sandbox.hubspot import commerce
from sandbox.hubspot.commerce import Values
from sandbox.hubspot.errors import HubSpotError, ValueProblem, conflict, invalid, invalid_values
from sandbox.hubspot.schemas import ObjectType
from sandbox.hubspot.store import Portal, Record
from sandbox.hubspot.values import number

PIPELINES = {"deals": ("pipeline", "dealstage"), "tickets": ("hs_pipeline", "hs_pipeline_stage")}
CURRENCIES = ("deal_currency_code", "hs_currency", "hs_line_item_currency_code", "hs_currency_code")


def _option(name: str, value: str, allowed: list[str]) -> ValueProblem:
    return ValueProblem(
        name,
        "INVALID_OPTION",
        f"{value} was not one of the allowed options: [{', '.join(allowed)}]",
    )


def check_external(portal: Portal, kind: ObjectType, values: Values) -> list[ValueProblem]:
    """Owners, currencies, pipelines and stages: options that live outside the property."""
    problems = []
    owner = values.get("hubspot_owner_id")
    if owner is not None and portal.owner(owner) is None:
        problems.append(
            ValueProblem("hubspot_owner_id", "INVALID_OWNER_ID", f"Owner {owner} does not exist")
        )
    for name in CURRENCIES:
        value = values.get(name)
        if value is not None and value not in portal.currencies:
            problems.append(_option(name, value, portal.currencies))
    if kind.name in PIPELINES:
        pipeline_name, stage_name = PIPELINES[kind.name]
        pipelines = [row["id"] for row in portal.pipelines.get(kind.name, [])]
        stages = portal.stages(kind.name)
        if values.get(pipeline_name) is not None and values[pipeline_name] not in pipelines:
            problems.append(_option(pipeline_name, str(values[pipeline_name]), pipelines))
        if values.get(stage_name) is not None and values[stage_name] not in stages:
            problems.append(_option(stage_name, str(values[stage_name]), list(stages)))
    return problems


def _place(portal: Portal, kind: ObjectType, values: Values, current: dict[str, str]) -> None:
    """A stage belongs to the record's pipeline; a new record starts in the first stage."""
    pipeline_name, stage_name = PIPELINES[kind.name]
    if not ({pipeline_name, stage_name} & set(values)) and current:
        return
    pipelines = {row["id"]: row for row in portal.pipelines.get(kind.name, [])}
    chosen = values.get(pipeline_name) or current.get(pipeline_name) or next(iter(pipelines))
    allowed = [stage["id"] for stage in pipelines[chosen]["stages"]]
    stage = values.get(stage_name)
    if stage is None and current.get(stage_name) not in allowed:
        stage = allowed[0]
    if stage is not None and stage not in allowed:
        raise invalid_values([_option(stage_name, stage, allowed)], portal.id)
    values[pipeline_name] = chosen
    if stage is not None:
        values[stage_name] = stage


def check_unique(portal: Portal, kind: ObjectType, values: Values, own_id: str = "") -> None:
    """Contact e-mails and ``hasUniqueValue`` properties; raises 409, or 400 by switch."""
    for name, value in values.items():
        if value is None:
            continue
        taken = portal.unique.get((kind.name, name), {}).get(value.lower())
        if taken is None or taken == own_id:
            continue
        if kind.name == "contacts" and name == "email":
            raise conflict(f"Contact already exists. Existing ID: {taken}")
        message = f"Cannot set {name} to {value}. {kind.label} {taken} already has that value."
        if int(portal.switches.get("unique_clash_status", 400)) == 409:
            raise conflict(message)
        raise HubSpotError(400, message, context={"propertyName": [name]})


def _check_note(values: Values) -> None:
    body = values.get("hs_note_body")
    if body is not None and len(body) > 65_536:
        raise invalid(
            "hs_note_body is longer than 65,536 characters.", propertyName=["hs_note_body"]
        )


def _check_price(portal: Portal, values: Values) -> None:
    price = number(values.get("price"))
    if price is not None and price < 0:
        raise invalid_values(
            [ValueProblem("price", "INVALID_FLOAT", "price cannot be negative")], portal.id
        )


def before_create(portal: Portal, kind: ObjectType, values: Values, links: dict[str, int]) -> None:
    """May fill in ``values``; ``links`` counts the associations asked for, by type."""
    if kind.name in PIPELINES:
        _place(portal, kind, values, {})
    if kind.name == "deals":
        values.setdefault("deal_currency_code", portal.currency)
    elif kind.name in ("products", "line_items"):
        _check_price(portal, values)
        if kind.name == "line_items":
            commerce.fill_from_product(portal, values)
            values.setdefault("hs_line_item_currency_code", portal.currency)
            values.update(commerce.line_amounts(values))
    elif kind.name == "quotes":
        commerce.create_quote(portal, values)
    elif kind.name == "invoices":
        commerce.create_invoice(portal, values, links)
    elif kind.name == "notes":
        _check_note(values)
    elif kind.name == "commerce_payments":
        commerce.create_payment(portal, values)


def before_update(portal: Portal, record: Record, values: Values) -> None:
    kind = record.kind
    if kind.name in PIPELINES:
        _place(portal, kind, values, record.values)
    elif kind.name in ("products", "line_items"):
        _check_price(portal, values)
        if kind.name == "line_items":
            values.update(commerce.line_amounts({**record.values, **values}))
    elif kind.name == "quotes":
        commerce.update_quote(portal, record, values)
    elif kind.name == "invoices":
        links = {
            name: len(portal.linked(kind, record.id, name)) for name in ("contacts", "line_items")
        }
        commerce.update_invoice(portal, record, values, links)
    elif kind.name == "notes":
        _check_note(values)


def before_archive(portal: Portal, record: Record) -> None:
    if record.kind.name == "invoices":
        commerce.delete_invoice(portal, record)


def after_link(portal: Portal, source: Record, target: Record) -> None:
    for invoice, payment in ((source, target), (target, source)):
        pair = (invoice.kind.name, payment.kind.name)
        if pair == ("invoices", "commerce_payments") and commerce.settle(invoice, payment):
            portal.touch(invoice)
            invoice.values["hs_invoice_status"] = "paid"
