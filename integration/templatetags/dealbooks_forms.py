"""Template tags for what people fill in and go through: fields, problems, pickers, listings.

Every tag is shown on ``/styleguide``.
"""

from collections.abc import Iterable
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from integration.listing import Listing

register = template.Library()


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, **options: Any) -> dict[str, Any]:
    """Label above, control, help below, error beside.

    ``kind`` is worked out from the widget; options: ``short=True`` for numbers and dates,
    ``cards=True`` for radio buttons as cards.
    """
    widget = bound.field.widget
    described_by = []
    if bound.help_text:
        described_by.append(f"{bound.auto_id}_help")
    if bound.errors:
        described_by.append(f"{bound.auto_id}_error")
    attributes = {"aria-describedby": " ".join(described_by)} if described_by else {}
    if bound.form.__module__.startswith("allauth."):
        attributes["placeholder"] = ""  # theirs only repeats the label
    return {
        "bound": bound,
        "kind": _kind(widget),
        "control": "" if _kind(widget) == "group" else bound.as_widget(attrs=attributes),
        "described_by": " ".join(described_by),
        **options,
    }


def _kind(widget: forms.Widget) -> str:
    """``group`` for several radio buttons or boxes, ``check`` for one box, ``plain`` otherwise."""
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "group"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    return "plain"


@register.inclusion_tag("components/fields.html")
def fields(form: forms.BaseForm) -> dict[str, Any]:
    """The problem summary, hidden fields and every visible field of a form."""
    return {"form": form}


@register.inclusion_tag("components/problem_summary.html")
def problem_summary(
    form: forms.BaseForm | None = None,
    problems: Iterable[dict[str, str]] = (),
    tone: str = "danger",
    title: str = "",
) -> dict[str, Any]:
    """What is wrong, on top, each line a link to its field.

    ``problems`` are further lines: ``{"text": sentence, "field": element id or ""}``.
    """
    lines = [*(_form_problems(form) if form is not None and form.is_bound else []), *problems]
    return {"lines": lines, "tone": tone, "title": title or _("Please check the following")}


def _form_problems(form: forms.BaseForm) -> list[dict[str, str]]:
    found = [{"text": text, "field": ""} for text in form.non_field_errors()]
    for bound in form:
        found += [
            {"text": text, "field": _target(bound), "label": bound.label} for text in bound.errors
        ]
    return found


def _target(bound: BoundField) -> str:
    """The element a problem's link goes to: the control, or the first of a group."""
    return f"{bound.auto_id}_0" if _kind(bound.field.widget) == "group" else bound.auto_id


@register.inclusion_tag("components/combobox.html")
def combobox(name: str, label: str, url: str, **options: Any) -> dict[str, Any]:
    """A type-ahead picker; without JavaScript a search box, a button and radio buttons.

    ``url`` answers ``?q=`` with ``components/combobox_options.html``. Options: ``value`` and
    ``text`` of what is chosen, ``options`` (found by a plain search: objects or dicts with value,
    label, detail, note), ``query``, ``help``, ``error``, ``placeholder``, ``id``,
    ``minimum`` (letters before it asks, 0 by default).
    """
    defaults = dict.fromkeys(("value", "text", "query", "help", "error", "placeholder"), "")
    shown = {**defaults, "id": f"id_{name}", "minimum": 0, "options": (), **options}
    return {**shown, "name": name, "label": label, "url": url}


@register.simple_block_tag
def notice(content: SafeString, tone: str = "info", title: str = "") -> SafeString:
    """``{% notice "warn" title="…" %}what, why, what to do, buttons{% endnotice %}``."""
    icons = {"info": "info", "warn": "warning", "danger": "error", "ok": "done"}
    return render_to_string(
        "components/notice.html",
        {"content": content, "tone": tone, "title": title, "icon_name": icons[tone]},
    )


@register.inclusion_tag("components/message.html")
def explain(message: Any, tone: str = "danger") -> dict[str, Any]:
    """An ``integration.messages.Message``: title, what happened, why, what to do."""
    return {"message": message, "tone": tone}


@register.simple_block_tag
def empty(content: SafeString, title: str, icon: str = "search") -> SafeString:
    """One sentence and the next action where a list has nothing to show."""
    return render_to_string(
        "components/empty.html", {"content": content, "title": title, "icon_name": icon}
    )


@register.simple_block_tag(takes_context=True)
def listing(context: template.Context, content: SafeString, page: Listing) -> SafeString:
    """A list page's table around its rows: chips, search, sortable head, paging, empty state.

    Between the tags stand the ``<tr>`` elements. Give cells ``at-main``, ``at-amount``,
    ``at-sub``, ``at-side`` (the two lines on a phone), ``at-none`` (not on a phone) and
    ``number``.
    """
    return render_to_string(
        "components/table.html",
        {"listing": page, "content": content},
        request=context.get("request"),
    )


@register.inclusion_tag("components/before_after.html")
def before_after(
    changes: Iterable[Any], caption: str = "", with_record: bool = False
) -> dict[str, Any]:
    """One table for dry runs, undo, mapping tests and conflicts.

    ``changes`` have ``field``, ``before``, ``after`` and, ``with_record``, ``record``.
    """
    return {"changes": changes, "caption": caption, "with_record": with_record}


@register.inclusion_tag("components/stepper.html")
def stepper(steps: Iterable[Any]) -> dict[str, Any]:
    """``steps`` have ``label``, ``url`` (empty: not reachable yet) and ``state``: done, current,
    problem or to_come."""
    return {"steps": steps}


@register.inclusion_tag("components/timeline.html", takes_context=True)
def timeline(context: template.Context, events: Iterable[Any]) -> dict[str, Any]:
    """Newest first. ``events`` have ``title``, ``at`` and optionally ``icon``, ``detail``, ``who``,
    ``url``, ``changes``."""
    return {"events": events, "actor": context.get("actor"), "portal": context.get("portal")}


@register.inclusion_tag("components/tabs.html")
def tabs(items: Iterable[Any], label: str) -> dict[str, Any]:
    """``items`` have ``label``, ``url``, ``is_current`` and optionally ``count``."""
    return {"items": items, "label": label}


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int, label: str, doing: str = "", rate: str = "") -> dict[str, Any]:
    """A bar with counts, what is happening now and the rate."""
    percent = 0 if not total else min(100, done * 100 // total)
    return {
        "done": done,
        "total": total,
        "label": label,
        "doing": doing,
        "rate": rate,
        "percent": percent,
    }
