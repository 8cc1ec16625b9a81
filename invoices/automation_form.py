"""The form of what happens by itself when deals are won and paid (E-01)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from integration.records.hubspot import DealStage, PropertyDefinition
from invoices.models import DealAutomation
from invoices.models.deal_automation import PaidAction

OURS = "dealbooks_"
WRITABLE = frozenset({"string", "enumeration", "number", "date", "bool"})
NOT_HERE = frozenset({"dealstage", "pipeline"})
"""Moving a deal is the other choice, which knows its pipeline."""
BOOLEANS = ("true", "false")


def fitting(properties: Sequence[PropertyDefinition]) -> list[PropertyDefinition]:
    """Deal properties that a person could fill in, by label."""
    found = [
        each
        for each in properties
        if not each.read_only
        and each.type in WRITABLE
        and each.name not in NOT_HERE
        and not each.name.startswith(OURS)
    ]
    return sorted(found, key=lambda each: each.label.casefold())


class AutomationForm(forms.Form):
    """``stages`` and ``properties`` as HubSpot has them now; ``taken``: stages of other companies."""

    enabled = forms.BooleanField(
        label=_("Make a draft when a deal is won"),
        required=False,
        help_text=_("Never an invoice: somebody looks at the draft and creates it."),
    )
    stages = forms.MultipleChoiceField(
        label=_("Deal stages that count as won"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Drafts of these deals are made for this company's books."),
    )
    paid_action = forms.ChoiceField(
        label=_("When all invoices of a deal are paid in full"),
        choices=PaidAction,
        widget=forms.RadioSelect,
    )
    paid_property = forms.ChoiceField(label=_("Deal property"), required=False)
    paid_value = forms.CharField(
        label=_("Value"),
        required=False,
        max_length=500,
        help_text=_("As HubSpot keeps it; of a selection the label or the internal value."),
    )
    paid_stage = forms.ChoiceField(
        label=_("Deal stage"),
        required=False,
        help_text=_("Only deals of this stage's own pipeline are moved."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *given: Any,
        stages: Sequence[DealStage],
        properties: Sequence[PropertyDefinition],
        taken: Mapping[str, str],
        **options: Any,
    ) -> None:
        super().__init__(*given, **options)
        self.known = {each.id: each for each in stages}
        self.properties = {each.name: each for each in fitting(properties)}
        self.taken = taken
        named = [(each.id, self._label(each)) for each in stages]
        none = ("", gettext("Choose one"))
        self.fields["stages"].choices = named
        self.fields["paid_stage"].choices = [none, *named]
        self.fields["paid_property"].choices = [
            none,
            *((each.name, f"{each.label} ({each.name})") for each in self.properties.values()),
        ]

    def _label(self, stage: DealStage) -> str:
        several = len({each.pipeline_id for each in self.known.values()}) > 1
        return f"{stage.pipeline}: {stage.label}" if several else stage.label

    def clean(self) -> dict[str, Any]:
        found = dict(super().clean() or {})
        if found.get("enabled"):
            self._check_stages(found.get("stages") or [])
        if found.get("paid_action") == PaidAction.PROPERTY:
            self._check_property(found)
        if found.get("paid_action") == PaidAction.STAGE and not found.get("paid_stage"):
            self.add_error("paid_stage", _("Choose the stage that paid deals move to."))
        return found

    def _check_stages(self, chosen: Sequence[str]) -> None:
        if not chosen and "stages" not in self.errors:
            self.add_error("stages", _("Choose at least one stage, or turn drafts off."))
        for stage in chosen:
            if stage in self.taken:
                told = {"stage": self._label(self.known[stage]), "company": self.taken[stage]}
                self.add_error(
                    "stages",
                    _("%(stage)s makes drafts for %(company)s already. One deal, one company.")
                    % told,
                )

    def _check_property(self, found: dict[str, Any]) -> None:
        wanted = self.properties.get(str(found.get("paid_property") or ""))
        value = str(found.get("paid_value") or "").strip()
        if wanted is None:
            if "paid_property" not in self.errors:
                self.add_error("paid_property", _("Choose the property that is set."))
        elif not value:
            self.add_error("paid_value", _("Say what the property is set to."))
        else:
            fit = self._fit(wanted, value)
            if fit is None:
                options = ", ".join(label for _value, label in wanted.options) or "true, false"
                self.add_error(
                    "paid_value",
                    _("%(label)s only takes these: %(options)s.")
                    % {"label": wanted.label, "options": options},
                )
            else:
                found["paid_value"] = fit

    def _fit(self, wanted: PropertyDefinition, value: str) -> str | None:
        """As HubSpot keeps it; None where the property has other options."""
        if not wanted.options:
            is_free = wanted.type != "bool" or value.casefold() in BOOLEANS
            return (value.casefold() if wanted.type == "bool" else value) if is_free else None
        by_name = {label.casefold(): kept for kept, label in wanted.options}
        by_name |= {kept.casefold(): kept for kept, _label in wanted.options}
        return by_name.get(value.casefold())

    def values(self) -> dict[str, Any]:
        """As ``automation.change`` takes them; what the choice does not use is emptied."""
        found = self.cleaned_data
        is_property = found["paid_action"] == PaidAction.PROPERTY
        stage = found["paid_stage"] if found["paid_action"] == PaidAction.STAGE else ""
        return {
            "enabled": found["enabled"],
            "stages": sorted(found["stages"]),
            "paid_action": found["paid_action"],
            "paid_property": found["paid_property"] if is_property else "",
            "paid_value": found["paid_value"] if is_property else "",
            "paid_stage": stage,
            "paid_pipeline": self.known[stage].pipeline_id if stage else "",
        }


def initial(
    stored: DealAutomation, stages: Sequence[DealStage], taken: Mapping[str, str]
) -> dict[str, Any]:
    """What is stored; before the first choice the stages that HubSpot itself counts as won."""
    names = ("enabled", "stages", "paid_action", "paid_property", "paid_value", "paid_stage",
             "version")  # fmt: skip
    found = {name: getattr(stored, name) for name in names}
    if stored._state.adding:
        found["stages"] = [each.id for each in stages if each.is_won and each.id not in taken]
    return found
