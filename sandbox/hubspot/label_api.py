"""Association labels: the defined ones and those a portal adds."""

from sandbox.core.messages import Response, json_response
from sandbox.hubspot.association_api import pair_of
from sandbox.hubspot.associations import types_of
from sandbox.hubspot.calls import Call
from sandbox.hubspot.errors import conflict, invalid


def list_labels(call: Call, source: str, target: str) -> Response:
    a, b = pair_of(call, source, target)
    return json_response(
        {
            "results": [
                {"category": row.category, "typeId": row.id, "label": row.label}
                for row in types_of(call.portal, a.name, b.name)
            ]
        }
    )


def create_label(call: Call, source: str, target: str) -> Response:
    a, b = pair_of(call, source, target, write=True)
    body = call.json()
    label, name = str(body.get("label") or ""), str(body.get("name") or "")
    if not label or not name:
        raise invalid("label and name are required")
    if any(row.label == label for row in types_of(call.portal, a.name, b.name)):
        raise conflict(f"A label named {label} already exists.")
    forward = call.portal.next_number("label", 1)
    backward = call.portal.next_number("label", 1)
    for one, other, start, end, text in (
        (forward, backward, a, b, label),
        (backward, forward, b, a, str(body.get("inverseLabel") or label)),
    ):
        call.portal.labels.append(
            {
                "id": one, "reverse": other, "source": start.name, "target": end.name,
                "label": text, "name": name, "category": "USER_DEFINED",
            }
        )  # fmt: skip
    shown = [(forward, label), (backward, str(body.get("inverseLabel") or label))]
    return json_response(
        {"results": [{"category": "USER_DEFINED", "typeId": n, "label": t} for n, t in shown]}
    )
