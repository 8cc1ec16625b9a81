"""Account details, currencies, tax rates, owners, pipelines, usage."""

from datetime import datetime
from typing import Any

from sandbox.core.messages import Response, json_response
from sandbox.hubspot.calls import Call
from sandbox.hubspot.errors import HubSpotError, conflict, invalid, not_found
from sandbox.hubspot.validation import rules_of
from sandbox.hubspot.values import instant_ms, iso, number

CODES = (
    "AUD", "BRL", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "HKD", "INR", "JPY", "KWD", "MXN",
    "NOK", "NZD", "PLN", "SEK", "SGD", "TWD", "USD", "ZAR",
)  # fmt: skip
CURRENCY_READ = (
    "settings.currencies.read", "settings.currencies.write", "crm.objects.quotes.read",
    "crm.objects.quotes.write",
)  # fmt: skip


def details(call: Call) -> Response:
    portal = call.portal
    offset = portal.clock.now().astimezone(portal.zone).utcoffset()
    seconds = int(offset.total_seconds()) if offset else 0
    sign, rest = ("-" if seconds < 0 else "+"), abs(seconds)
    return json_response(
        {
            "portalId": portal.id,
            "accountType": portal.settings.get("account_type", "STANDARD"),
            "timeZone": portal.timezone,
            "companyCurrency": portal.currency,
            "additionalCurrencies": portal.currencies[1:],
            "utcOffset": f"{sign}{rest // 3600:02d}:{rest % 3600 // 60:02d}",
            "utcOffsetMilliseconds": seconds * 1000,
            "uiDomain": call.base_url.partition("://")[2],
            "dataHostingLocation": portal.settings.get("data_hosting", "na1"),
        }
    )


def _page(call: Call, rows: list[dict[str, Any]], most: int = 100) -> Response:
    limit, after = call.whole("limit", most, most), call.request.query.get("after", "0") or "0"
    if not after.isdigit():
        raise invalid("after is not a paging token of this endpoint")
    start = int(after)
    answer: dict[str, Any] = {"results": rows[start : start + limit]}
    if start + limit < len(rows):
        token = str(start + limit)
        answer["paging"] = {"next": {"after": token, "link": call.link_to(token)}}
    return json_response(answer)


# -- currencies


def company_currency(call: Call) -> Response:
    if call.request.method == "PUT":
        call.need(("settings.currencies.write",))
        code = str(call.json().get("id") or call.json().get("currencyCode") or "")
        if code not in CODES:
            raise invalid(f"{code} is not a currency code")
        others = [row for row in call.portal.currencies if row != code]
        call.portal.currencies[:] = [code, *others]
    else:
        call.need(CURRENCY_READ)
    return json_response({"id": call.portal.currency, "createdAt": iso(call.portal.stamp())})


def _rate(call: Call, code: str) -> dict[str, Any]:
    rate = call.portal.rates.get(code, "1.0")
    moment = iso(int(call.portal.settings.get("created_ms", 0)))
    return {
        "id": str(CODES.index(code) + 1) if code in CODES else "0",
        "fromCurrencyCode": code,
        "toCurrencyCode": call.portal.currency,
        "conversionRate": number(rate),
        "effectiveAt": moment,
        "createdAt": moment,
        "updatedAt": moment,
        "visibleInUI": True,
    }


def exchange_rates(call: Call) -> Response:
    if call.request.method == "POST":
        return _add_rate(call)
    call.need(CURRENCY_READ)
    wanted = call.request.query.get("fromCurrencyCode")
    codes = [row for row in call.portal.currencies[1:] if wanted in (None, row)]
    return _page(call, [_rate(call, code) for code in codes])


def _add_rate(call: Call) -> Response:
    call.need(("settings.currencies.write",))
    body = call.json()
    code, rate = str(body.get("fromCurrencyCode") or ""), str(body.get("conversionRate") or "")
    value = number(rate)
    if code not in CODES or code == call.portal.currency or value is None or value <= 0:
        raise invalid("fromCurrencyCode or conversionRate is not valid")
    call.portal.rates[code] = rate
    if code not in call.portal.currencies:
        call.portal.currencies.append(code)
    return json_response(_rate(call, code))


def currency_codes(call: Call) -> Response:
    call.need(CURRENCY_READ)
    return json_response({"results": [{"currencyCode": row, "currencyName": row} for row in CODES]})


def central_rates(call: Call) -> Response:
    call.need(CURRENCY_READ)
    return json_response({"centralExchangeRatesEnabled": False})


def tax_rates(call: Call) -> Response:
    call.need(("tax_rates.read",))
    active = call.request.query.get("active")
    rows = [
        row
        for row in call.portal.tax_rates
        if active is None or str(row["active"]).lower() == active
    ]
    return _page(call, rows)


# -- owners and pipelines


def owners(call: Call) -> Response:
    call.need(("crm.objects.owners.read",))
    email, archived = call.request.query.get("email", "").lower(), call.flag("archived")
    rows = [
        row
        for row in call.portal.owners
        if row["archived"] == archived and email in ("", row["email"].lower())
    ]
    return _page(call, rows, 500)


def owner(call: Call, owner_id: str) -> Response:
    call.need(("crm.objects.owners.read",))
    key = "userId" if call.request.query.get("idProperty") == "userId" else "id"
    for row in call.portal.owners:
        if str(row[key]) == owner_id and row["archived"] == call.flag("archived"):
            return json_response(row)
    raise not_found()


def pipelines(call: Call, kind_name: str) -> Response:
    kind = call.readable(kind_name)
    rows = call.portal.pipelines.setdefault(kind.name, [])
    if call.request.method == "GET":
        return json_response({"results": rows})
    call.need(kind.schema_write)
    body = call.json()
    if not body.get("label") or not isinstance(body.get("stages"), list) or not body["stages"]:
        raise invalid("label and stages are required")
    if any(row["label"] == body["label"] for row in rows):
        raise conflict(f"A pipeline labelled {body['label']} already exists")
    number_ = call.portal.next_number("pipeline", 700001)
    stages = [
        {"id": f"{number_}{place:02d}", **stage} for place, stage in enumerate(body["stages"])
    ]
    rows.append(pipeline_row(str(number_), str(body["label"]), stages, iso(call.portal.stamp())))
    return json_response(rows[-1], 201)


def pipeline(call: Call, kind_name: str, pipeline_id: str) -> Response:
    kind = call.readable(kind_name)
    for row in call.portal.pipelines.get(kind.name, []):
        if row["id"] == pipeline_id:
            return json_response(row)
    raise not_found()


def stages(call: Call, kind_name: str, pipeline_id: str, stage_id: str = "") -> Response:
    kind = call.readable(kind_name)
    for row in call.portal.pipelines.get(kind.name, []):
        if row["id"] != pipeline_id:
            continue
        if not stage_id:
            return json_response({"results": row["stages"]})
        for stage in row["stages"]:
            if stage["id"] == stage_id:
                return json_response(stage)
    raise not_found()


def pipeline_row(
    identity: str, label: str, stage_rows: list[dict[str, Any]], now: str, order: int = 0
) -> dict[str, Any]:
    """A pipeline as the API shows it; stages give id, label and metadata."""
    return {
        "id": identity,
        "label": label,
        "displayOrder": order,
        "archived": False,
        "createdAt": now,
        "updatedAt": now,
        "stages": [
            {
                "id": str(stage["id"]),
                "label": stage["label"],
                "displayOrder": place,
                "metadata": stage.get("metadata", {}),
                "archived": False,
                "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
                "createdAt": now,
                "updatedAt": now,
            }
            for place, stage in enumerate(stage_rows)
        ],
    }


# -- what small private apps are refused


def refused_timeline(call: Call) -> Response:
    """Timeline and app events: technology partners only."""
    call.need(("timeline",))
    if not call.portal.switches.get("partner_timeline"):
        raise HubSpotError(
            403, "This app is not allowed to use timeline or app events.", "FORBIDDEN"
        )
    body = call.json() if call.request.body else {}
    made = {**body, "objectType": "deals", "createdAt": iso(call.portal.stamp())}
    call.portal.observe(action="timeline event", type="event", id=str(body.get("id", "")))
    return json_response(made, 201)


def refused_custom_event(call: Call) -> Response:
    call.need(("analytics.behavioral_events.send",))
    if not call.portal.switches.get("enterprise_portal"):
        raise HubSpotError(403, "Custom events need an Enterprise subscription.", "FORBIDDEN")
    name = str(call.json().get("eventName") or "")
    if not name.startswith(f"pe{call.portal.id}_"):
        raise invalid(f"There is no event named {name}")
    call.portal.observe(action="custom event", type="event", id=name)
    return Response(204)


def daily_usage(call: Call, used: int, limit: int, resets: datetime) -> Response:
    now = iso(call.portal.now_ms())
    moment = instant_ms(resets.isoformat()) or 0
    return json_response(
        {
            "results": [
                {
                    "name": "private-apps-api-calls-daily",
                    "usageLimit": limit,
                    "currentUsage": used,
                    "collectedAt": now,
                    "fetchStatus": "SUCCESS",
                    "resetsAt": iso(moment),
                }
            ]
        }
    )


def validation_rules(call: Call, type_id: str) -> Response:
    kind = call.readable(type_id)
    return json_response({"results": rules_of(call, kind)})
