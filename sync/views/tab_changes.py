"""A tab that somebody else saved while its page was open: what was typed stays, what changed is told."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from integration.access.actors import Actor
from integration.clock import now
from integration.messages import sentence
from integration.models import Company
from sync.models import SyncObject
from sync.tabs import CHANGED, Tab, TabRefused, save_tab, seen


def initial(stored: Tab) -> dict[str, Any]:
    return {**asdict(stored), "seen": stored.as_seen()}


def built_from(form: forms.Form, stored: Tab) -> Tab:
    """The tab as the person had it before them."""
    return seen(form.cleaned_data["seen"], stored)


def told(form: forms.Form, company: Company, stored: Tab, chosen: Tab) -> bool:
    """Whether the page is shown once more, with a line at each field that says something else now.

    Saving again then is a choice made knowingly. ``form`` is valid when it comes.
    """
    before = built_from(form, stored)
    if before == stored or chosen == stored:
        return False
    form.data = {**dict(form.data.items()), "seen": stored.as_seen(), "confirmed": ""}
    then = asdict(before)
    form.add_error(None, sentence(CHANGED, name=company.name))
    for name, value in asdict(stored).items():
        if name in form.fields and value != then[name]:
            said = _("Somebody chose this meanwhile: %(value)s") % {
                "value": _shown(form, name, value)
            }
            form.add_error(name, said)
    return True


def saved(
    form: forms.Form,
    actor: Actor,
    company: Company,
    object: SyncObject,
    stored: Tab,
    chosen: Tab,
) -> bool:
    """False with the reason on the form. That somebody may have found HubSpot's own app was asked."""
    try:
        save_tab(actor, company, object, chosen, now(), knows_traces=True, built_from=stored)
    except TabRefused as error:
        form.add_error(None, sentence(error.code, **error.parameters))
        return False
    return True


def _shown(form: forms.Form, name: str, value: object) -> str:
    if isinstance(value, bool):
        return _("on") if value else _("off")
    return str(dict(getattr(form.fields[name], "choices", ())).get(value, value))
