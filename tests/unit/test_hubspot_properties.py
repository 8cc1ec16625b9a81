"""The table of D-25: complete, in order, and creatable by HubSpot's rules."""

import re

from integration.hubspot_properties import DEALS, GROUP, PROPERTIES, STAGES, THE_FIVE
from invoices.models.invoices import Stage
from mappings import catalog


def names(kind: str) -> list[str]:
    return [one.name for one in PROPERTIES[kind]]


def test_d25_the_five_come_first() -> None:
    five = [catalog.PREFIX + value for value in catalog.FIVE]
    assert [one.name for one in DEALS[:THE_FIVE]] == five


def test_d25_every_value_of_a_deal_has_its_property() -> None:
    values = {catalog.PREFIX + value for value in (*catalog.DEAL_VALUES, "bulk")}
    assert set(names("deals")) == values


def test_d25_keys_and_balances() -> None:
    for kind in ("invoices", "contacts", "companies", "products"):
        keys = [one for one in PROPERTIES[kind] if one.unique]
        assert [one.name for one in keys] == ["dealbooks_key"]
        assert "dealbooks_deleted_at" in names(kind)
    for kind in ("contacts", "companies"):
        assert {"dealbooks_open_balance", "dealbooks_overdue_balance"} <= set(names(kind))
    assert {"dealbooks_status", "dealbooks_company"} <= set(names("invoices"))


def test_d18_statuses_are_the_stages_in_the_articles_words() -> None:
    assert dict(STAGES) == {stage.value: str(stage.label) for stage in Stage}
    for one in DEALS:
        if one.name.endswith("_status"):
            assert one.options == STAGES


def test_hubspot_rule_16_names_are_ones_that_hubspot_takes() -> None:
    for definitions in PROPERTIES.values():
        assert len({one.name for one in definitions}) == len(definitions)
        assert len({one.label for one in definitions}) == len(definitions)
        for one in definitions:
            assert re.fullmatch(r"dealbooks_[a-z_]{1,80}", one.name)
            assert one.group == GROUP[0]
            assert one.label
