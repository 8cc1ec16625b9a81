"""Addresses of one draft's pages, and its problems as sentences with the way to mend them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from integration import messages
from integration.access.pages import record_url
from invoices.draft import Problem
from invoices.wizard.sitting import Sitting
from invoices.wizard.steps import Step, steps_of


def url_of(sitting: Sitting, step: Step) -> str:
    return record_url(
        sitting.actor,
        "wizard-step",
        sitting.deal.hubspot_id,
        draft_id=sitting.draft.pk,
        step=step.name,
    )


def draft_url(sitting: Sitting, name: str) -> str:
    return record_url(sitting.actor, name, sitting.deal.hubspot_id, draft_id=sitting.draft.pk)


@dataclass(frozen=True)
class Sentence:
    """A problem in words; ``url`` leads to the step that mends it, ``field`` to the element."""

    text: str
    url: str
    field: str
    is_blocker: bool


def sentences(sitting: Sitting, problems: Iterable[Problem]) -> list[Sentence]:
    by_name = {step.name: step for step in steps_of(sitting)}
    found = []
    for problem in problems:
        step = by_name.get(problem.step)
        url = url_of(sitting, step) if step and problem.step != "review" else ""
        text = messages.sentence(problem.code, **problem.parameters)
        found.append(Sentence(text, url, element_id(problem.field), problem.is_blocker))
    return found


FIELD_IDS = {
    "terms": "id_terms_id",
    "customer": "id_customer_id",
    "class": "id_class_id",
    "location": "id_location_id",
}


def element_id(field: str) -> str:
    """The element of a problem's field: ``lines.k3.quantity`` is ``id_line-k3-quantity``."""
    first, _dot, rest = field.partition(".")
    if first == "lines" and rest:
        key, _dot, name = rest.partition(".")
        names = {"item": "description", "tax_code": "tax_code_id"}
        return f"id_line-{key}-{names.get(name, name)}"
    if first == "new_customer":
        return f"id_new_{rest}"
    if first == "custom_field":
        return f"id_custom_field_{rest}"
    return FIELD_IDS.get(first, f"id_{first}")


def problem_lists(sitting: Sitting, problems: list[Problem]) -> dict[str, Any]:
    found = sentences(sitting, problems)
    return {
        "problems": [{"text": each.text, "field": each.field} for each in found if each.is_blocker],
        "warnings": [each for each in found if not each.is_blocker],
    }
