"""Estimates: an invoice that links one closes it, and nothing links it again (reference 5.5)."""

from tests.sandbox.qbo_client import Body, Company, line, link
from tests.sandbox_process import SandboxProcess


def estimate(company: Company, customer: str = "1", **fields: str) -> Body:
    return company.save(
        "Estimate", CustomerRef={"value": customer}, Line=[line(100)],
        **{"TxnStatus": "Accepted", **fields},
    )  # fmt: skip


def linked(company: Company, made: Body, customer: str = "1") -> Body:
    return {
        "CustomerRef": {"value": customer},
        "Line": [line(100)],
        "LinkedTxn": [link(made, "Estimate")],
    }


def test_d35_an_estimate_takes_one_invoice(company: Company) -> None:
    made = estimate(company)
    invoice = company.save("Invoice", **linked(company, made))
    assert invoice["LinkedTxn"] == [link(made, "Estimate")]
    after = company.read("Estimate", made["Id"])
    assert after["TxnStatus"] == "Closed"
    assert after["LinkedTxn"] == [link(invoice)]
    assert company.post("invoice", linked(company, made)).code == "6000"
    kept = company.update("Invoice", invoice, PrivateNote="Thank you")
    assert kept["LinkedTxn"] == [link(made, "Estimate")], "the link it has is no second one"


def test_d35_estimates_of_others_and_unknown_ones_are_refused(company: Company) -> None:
    made = estimate(company, "2")
    assert company.post("invoice", linked(company, made)).code == "6000"
    assert company.post("invoice", linked(company, {"Id": "999999"}, "2")).code == "2500"
    assert company.read("Estimate", made["Id"])["TxnStatus"] == "Accepted"


def test_d35_a_customers_estimates_are_found_by_query(company: Company) -> None:
    made = [estimate(company), estimate(company, "2", TxnStatus="Pending"), estimate(company, "3")]
    found = company.query(
        "select * from Estimate where CustomerRef in ('1', '2') orderby TxnDate desc"
    )["Estimate"]
    assert {one["Id"] for one in found} == {one["Id"] for one in made[:2]}


def test_d35_a_voided_invoice_gives_its_estimate_back(
    company: Company, vendors: SandboxProcess
) -> None:
    made = estimate(company)
    first = company.save("Invoice", **linked(company, made))
    company.control("void", invoice_id=first["Id"])
    after = company.read("Estimate", made["Id"])
    assert (after["TxnStatus"], after.get("LinkedTxn") or []) == ("Accepted", [])
    second = company.save("Invoice", **linked(company, made))
    vendors.switch(estimate_after_invoice="closed")
    company.control("void", invoice_id=second["Id"])
    assert company.read("Estimate", made["Id"])["TxnStatus"] == "Closed"
