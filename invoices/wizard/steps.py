"""The steps as a table: name, label, what reads the form."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from invoices.draft import DraftContent
from invoices.wizard import line_reading, reading
from invoices.wizard.reading import Reader
from invoices.wizard.sitting import Sitting


@dataclass(frozen=True)
class Step:
    """``next_label`` stands on the button of the step before it."""

    name: str
    label: Promise
    next_label: Promise
    read: Reader


STEPS = (
    Step("company", _("Company"), _("Next: company"), reading.nothing),
    Step("source", _("Source"), _("Next: source"), reading.nothing),
    Step("customer", _("Customer"), _("Next: customer"), reading.customer),
    Step("lines", _("Products"), _("Next: products"), line_reading.lines),
    Step("details", _("Details"), _("Next: details"), reading.details),
    Step("review", _("Review"), _("Next: review"), reading.nothing),
)
BY_NAME = {step.name: step for step in STEPS}
OF_AN_EDIT = ("lines", "details", "review")


@dataclass(frozen=True)
class ShownStep:
    """As the stepper wants it: ``state`` is done, current, problem or to_come."""

    label: Promise
    url: str
    state: str


def steps_of(sitting: Sitting) -> list[Step]:
    """S-25, S-26: company and source are asked for only where there is a choice; an invoice that
    is edited keeps its company and customer."""
    if sitting.is_edit:
        return [step for step in STEPS if step.name in OF_AN_EDIT]
    skipped = set() if sitting.has_choice_of_company else {"company"}
    if not sitting.has_choice_of_source:
        skipped.add("source")
    return [step for step in STEPS if step.name not in skipped]


def first_step(sitting: Sitting) -> Step:
    """Where a draft opens: the company while none is chosen, else the step the rep was on."""
    steps = steps_of(sitting)
    if sitting.company is None:
        return steps[0]
    wanted = BY_NAME.get(sitting.draft.step)
    if wanted in steps and wanted is not BY_NAME["company"]:
        return wanted  # type: ignore[return-value]
    return after_company(sitting)


def after_company(sitting: Sitting) -> Step:
    """S-26: the source where the deal has quotes, else the customer."""
    if sitting.is_edit:
        return BY_NAME["lines"]
    return BY_NAME["source" if sitting.has_choice_of_source else "customer"]


def neighbour(sitting: Sitting, step: Step, by: int) -> Step:
    """The step before (-1) or after (+1); the ends stay where they are."""
    steps = steps_of(sitting)
    place = steps.index(step) + by
    return steps[max(0, min(place, len(steps) - 1))]


def furthest(sitting: Sitting) -> int:
    """The place of the furthest step that was reached: everything before it is shown as visited."""
    steps = steps_of(sitting)
    reached = sitting.content.extras.get("furthest", sitting.draft.step)
    names = [step.name for step in steps]
    return names.index(reached) if reached in names else 0


def reaching(content: DraftContent, sitting: Sitting, step: Step) -> DraftContent:
    """The content that remembers this step as reached, if it is the furthest so far."""
    names = [each.name for each in steps_of(sitting)]
    held = content.extras.get("furthest", "")
    if held in names and names.index(held) >= names.index(step.name):
        return content
    return replace(content, extras={**content.extras, "furthest": step.name})


def shown_steps(sitting: Sitting, current: Step, urls: Sequence[str]) -> list[ShownStep]:
    """``urls`` in the order of ``steps_of``. Steps not reached yet have no link."""
    steps, reached = steps_of(sitting), furthest(sitting)
    here = steps.index(current)
    found = []
    for place, (step, url) in enumerate(zip(steps, urls, strict=True)):
        visited = place <= max(reached, here)
        state = "to_come"
        if place == here:
            state = "current"
        elif visited and step.name != "review":
            state = "problem" if _has_blocker(sitting, step) else "done"
        found.append(ShownStep(step.label, url if visited else "", state))
    return found


def _has_blocker(sitting: Sitting, step: Step) -> bool:
    if sitting.company is None:
        return step.name == "company"
    return any(problem.is_blocker for problem in sitting.problems_of(step.name))
