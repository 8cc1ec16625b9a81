"""How the source step saves, goes on and shows itself again, whatever was chosen."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from invoices import drafts
from invoices.draft import DraftContent
from invoices.models import Draft
from invoices.wizard import source_page
from invoices.wizard.pages import page
from invoices.wizard.places import url_of
from invoices.wizard.sitting import Sitting
from invoices.wizard.steps import Step, neighbour

Change = Callable[[DraftContent], DraftContent]


def save(sitting: Sitting, at: Step, change: Change) -> Sitting:
    """Stored on top of what is there: buttons of this step overwrite nobody's typing. ``at`` is
    the step the rep goes to."""
    draft: Draft = sitting.draft
    draft.refresh_from_db(fields=["version"])
    saved = drafts.save(
        sitting.actor, draft, change, version=draft.version, step=at.name, now=sitting.now
    )
    return Sitting.of(sitting.actor, saved, sitting.now)


def onward(sitting: Sitting, step: Step) -> HttpResponse:
    return redirect(url_of(sitting, neighbour(sitting, step, 1)))


def show(
    request: HttpRequest, sitting: Sitting, step: Step, *, checked: bool = False,
    status: int = 200, **more: Any,
) -> HttpResponse:  # fmt: skip
    """``more`` is for ``source_page.source``; a choice just made is not taken away."""
    part = source_page.source(sitting, checked, **more)
    context = page(sitting, step, checked=checked) | part
    return render(request, "invoices/wizard_source.html", context, status=status)
