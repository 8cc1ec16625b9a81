"""The quote's PDF on the invoice made from it (E-04)."""

from typing import Any

import pytest

from integration import jobs
from integration.clock import now
from integration.gateways.errors import Rejected
from integration.gateways.hubspot_files import Hosts, permitted
from integration.models import AuditEvent, Job
from integration.vendors import HUBSPOT_FILE_HOSTS
from invoices import quote_pdf
from invoices.models import Invoice, QuotePdf
from invoices.models.quote_pdf import PdfState
from tests.invoices import offers
from tests.invoices.desk import Desk
from tests.invoices.pages import Visitor
from tests.invoices.quote_desk import begin, choose, create, to_review

LIVE = Hosts(HUBSPOT_FILE_HOSTS)


def allow(desk: Desk, which: str = "all", **more: bool) -> None:
    settings = desk.company.settings
    settings.quote_pdfs = which
    for name, value in more.items():
        setattr(settings, name, value)
    settings.save()


def invoice_of_a_quote(desk: Desk, rep: Visitor) -> Invoice:
    quote_id = offers.quote(desk, offers.line("CHR-TASK"))
    begin(desk, rep)
    choose(rep, quote_id)
    to_review(desk, rep)
    return create(desk, rep)


def row_of(invoice: Invoice) -> QuotePdf:
    found = quote_pdf.of_invoice(invoice)
    assert found is not None
    return found


def work(invoice: Invoice) -> QuotePdf:
    """Let the job do what it can now."""
    job = quote_pdf.job_of(row_of(invoice))
    assert job is not None
    jobs.run_one(job.pk, now())
    return row_of(invoice)


def attachments(desk: Desk, invoice: Invoice) -> list[dict[str, Any]]:
    state = desk.sandbox.state("quickbooks")["quickbooks"]["companies"][desk.company.realm_id]
    return [
        row
        for row in state.get("Attachable", [])
        if row["AttachableRef"][0]["EntityRef"] == {"type": "Invoice", "value": invoice.qbo_id}
    ]


@pytest.mark.parametrize("on_mail", [True, False])
def test_e04_the_pdf_is_attached_once_and_says_whether_it_is_mailed(
    desk: Desk, rep: Visitor, on_mail: bool
) -> None:
    allow(desk, quote_pdf_on_mail=on_mail)
    invoice = invoice_of_a_quote(desk, rep)
    rep.see(f"/p/{desk.books.portal.pk}/invoices/{invoice.pk}/")
    assert "being attached" in rep.text
    assert attachments(desk, invoice) == []
    row = work(invoice)
    assert (row.state, row.problem) == (PdfState.ATTACHED, "")
    [file] = attachments(desk, invoice)
    assert (file["Id"], file["FileName"]) == (row.attachable_id, row.file_name)
    assert (file["ContentType"], file["Size"]) == ("application/pdf", row.size)
    assert file["AttachableRef"][0]["IncludeOnSend"] is on_mail
    assert quote_pdf.job_of(row) is None
    rep.see(f"/p/{desk.books.portal.pk}/invoices/{invoice.pk}/")
    assert "attached in QuickBooks" in rep.text
    assert ("included when QuickBooks mails" in rep.text) is on_mail
    told = AuditEvent.objects.for_portal(desk.books.portal)
    assert told.filter(action="invoice.quote_attached").count() == 1


def test_e04_work_that_runs_twice_attaches_once(desk: Desk, rep: Visitor) -> None:
    allow(desk)
    invoice = invoice_of_a_quote(desk, rep)
    work(invoice)
    assert quote_pdf.try_again(desk.actor, invoice, now()) is False
    quote_pdf.owe_walk(row_of(invoice), now())
    work(invoice)
    assert len(attachments(desk, invoice)) == 1


@pytest.mark.parametrize("request_id", ["honoured", "ignored"])
@pytest.mark.parametrize("when", ["before", "after_commit"])
def test_e04_a_lost_answer_attaches_once(
    desk: Desk, rep: Visitor, when: str, request_id: str
) -> None:
    desk.sandbox.switch(upload_requestid=request_id)
    allow(desk)
    invoice = invoice_of_a_quote(desk, rep)
    match = {"vendor": "quickbooks", "path": "/upload$"}
    desk.sandbox.faults({"match": match, "fault": {"kind": "reset", "when": when}})
    row = work(invoice)
    assert (row.state, len(attachments(desk, invoice))) == (
        PdfState.UPLOADING, int(when == "after_commit"),
    )  # fmt: skip
    desk.sandbox.faults()
    assert work(invoice).state == PdfState.ATTACHED
    assert len(attachments(desk, invoice)) == 1


def test_e04_no_pdf_is_said_and_tried_again_by_hand(desk: Desk, rep: Visitor) -> None:
    desk.sandbox.switch(quote_pdf_link="none")
    allow(desk)
    invoice = invoice_of_a_quote(desk, rep)
    row = work(invoice)
    assert (row.state, row.problem) == (PdfState.FAILED, "quote_pdf.none")
    rep.see(f"/p/{desk.books.portal.pk}/invoices/{invoice.pk}/")
    assert "HubSpot has no PDF of the quote Offer." in rep.text
    desk.sandbox.switch(quote_pdf_link="redirect")
    offers.change(desk, row.quote_id, hs_status="DRAFT")
    offers.change(desk, row.quote_id, hs_status="APPROVED")
    rep.post(f"/p/{desk.books.portal.pk}/invoices/{invoice.pk}/quote-pdf/")
    assert "fetches the quote's PDF" in rep.text
    assert work(invoice).state == PdfState.ATTACHED
    assert len(attachments(desk, invoice)) == 1


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ("sign_in", "file.not_pdf"),
        ("http://127.0.0.1:9/x.pdf", "file.link_refused"),
        ("https://quotes.evil.example/x.pdf", "file.link_refused"),
        ("http://169.254.169.254/latest/meta-data", "file.link_refused"),
    ],
)
def test_e04_a_hostile_link_is_not_followed(
    desk: Desk, rep: Visitor, link: str, problem: str
) -> None:
    desk.sandbox.switch(quote_pdf_link=link)
    allow(desk)
    invoice = invoice_of_a_quote(desk, rep)
    row = work(invoice)
    assert (row.state, row.problem) == (PdfState.FAILED, problem)
    assert attachments(desk, invoice) == []
    assert Invoice.objects.for_portal(desk.books.portal).filter(pk=invoice.pk).exists()


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ({"kind": "redirect", "location": "http://169.254.169.254/"}, "file.link_refused"),
        ({"kind": "redirect", "location": "//evil.example/x.pdf"}, "file.link_refused"),
        ({"kind": "gzip_bomb", "megabytes": 12}, "file.too_large"),
        ({"kind": "status", "status": 404}, "file.not_given"),
        ({"kind": "empty"}, "file.not_pdf"),
    ],
)
def test_e04_what_a_link_leads_to_is_judged_too(
    desk: Desk, rep: Visitor, fault: dict[str, Any], problem: str
) -> None:
    allow(desk)
    invoice = invoice_of_a_quote(desk, rep)
    desk.sandbox.faults(
        {"match": {"vendor": "hubspot", "path": "/pdf$"}, "fault": fault, "times": 9}
    )
    assert work(invoice).problem == problem
    assert attachments(desk, invoice) == []


@pytest.mark.parametrize(
    "link",
    [
        "http://app.hubspot.com/x.pdf", "https://app.hubspot.com:8443/x.pdf",
        "https://hubspot.com.evil.example/x", "https://evilhubspot.com/x",
        "https://app.hubspot.com@evil.example/x", "https://evil.example\\@app.hubspot.com/x",
        "https://127.0.0.1/x", "https://[::1]/x", "https://localhost/x", "https://2130706433/x",
        "file:///etc/passwd", "ftp://app.hubspot.com/x", "//app.hubspot.com/x", "/quotes/1",
        "https://app.hubspot.com/a b", "https://app.hubspot.com/\r\nX: y", "", "https://",
        "https://app.hubspot.com:x/", "https://[app.hubspot.com/", "https://ａpp.hubspot.com/",
        "https://app.hubspot.com/" + "a" * 2000,
    ],
)  # fmt: skip
def test_c18_links_of_quotes_outside_hubspot_are_refused(link: str) -> None:
    with pytest.raises(Rejected) as refused:
        permitted(link, LIVE)
    assert (refused.value.code, refused.value.sent) == ("file.link_refused", False)


@pytest.mark.parametrize(
    "link",
    ["https://app.hubspot.com/q/1.pdf?x=1", "https://api-na1.hubapi.com/q", "https://HUBSPOT.com/q",
     "https://x.hubspotusercontent-na1.net:443/a"],
)  # fmt: skip
def test_c18_links_of_hubspots_hosts_pass(link: str) -> None:
    assert permitted(link, LIVE) == link


def test_c18_in_simulated_mode_only_the_sandbox_is_asked() -> None:
    hosts = Hosts((), "http://localhost:9200")
    assert permitted("http://localhost:9200/quotes/1", hosts)
    for link in ("http://localhost:9100/x", "https://app.hubspot.com/x", "http://127.0.0.1:9200/x"):
        with pytest.raises(Rejected):
            permitted(link, hosts)


def test_e04_only_signed_quotes_where_the_company_wants_it_so(desk: Desk, rep: Visitor) -> None:
    allow(desk, "signed")
    invoice = invoice_of_a_quote(desk, rep)
    assert work(invoice).problem == "quote_pdf.not_signed"
    rep.see(f"/p/{desk.books.portal.pk}/invoices/{invoice.pk}/")
    assert "The quote Offer is not signed in HubSpot." in rep.text
    hubspot = desk.books.hubspot()
    found, _total, _after = hubspot.search(
        "quotes", filters=[("hs_quote_esign_status", "EQ", "SIGNED")], properties=["hs_title"]
    )
    QuotePdf.objects.for_portal(desk.books.portal).update(quote_id=found[0].id)
    assert quote_pdf.try_again(desk.actor, invoice, now())
    assert work(invoice).state == PdfState.ATTACHED


def test_e04_off_by_default_nothing_is_owed(desk: Desk, rep: Visitor) -> None:
    invoice = invoice_of_a_quote(desk, rep)
    assert quote_pdf.of_invoice(invoice) is None
    owed = Job.objects.for_portal(desk.books.portal).filter(kind=quote_pdf.ATTACH)
    assert not owed.exists()
    rep.see(f"/p/{desk.books.portal.pk}/invoices/{invoice.pk}/")
    assert "Quote's PDF" not in rep.text


def test_d03_work_forgotten_at_a_disconnect_goes_on_afterwards(desk: Desk, rep: Visitor) -> None:
    allow(desk)
    invoice = invoice_of_a_quote(desk, rep)
    jobs.cancel(desk.books.portal, desk.company)
    quote_pdf.settle(desk.company, now())
    assert work(invoice).state == PdfState.ATTACHED


def test_e04_an_upload_may_move_the_invoice(desk: Desk, rep: Visitor) -> None:
    desk.sandbox.switch(upload_moves_invoice=True)
    allow(desk)
    invoice = invoice_of_a_quote(desk, rep)
    assert work(invoice).state == PdfState.ATTACHED
    desk.books.sync()
    invoice.refresh_from_db()
    [theirs] = desk.in_quickbooks(Id=invoice.qbo_id)
    assert invoice.sync_token == theirs["SyncToken"] != "0"


def test_e04_hubspot_away_waits_and_says_so(desk: Desk, rep: Visitor) -> None:
    allow(desk)
    invoice = invoice_of_a_quote(desk, rep)
    match = {"vendor": "hubspot", "path": "/pdf$"}
    desk.sandbox.faults({"match": match, "fault": {"kind": "status", "status": 503}, "times": 9})
    assert work(invoice).state == PdfState.WAITING
    rep.see(f"/p/{desk.books.portal.pk}/invoices/{invoice.pk}/")
    assert "being attached" in rep.text
    assert "Try again" in rep.text
    desk.sandbox.faults()
    assert work(invoice).state == PdfState.ATTACHED


def test_c36_file_names_hold_nothing_that_could_break_a_header() -> None:
    assert quote_pdf.file_name('Ö "\r\n../x;.pdf', "DB-7F3K9") == "quote-x-.pdf-DB-7F3K9.pdf"
    assert quote_pdf.file_name("", "DB-7F3K9") == "quote-DB-7F3K9.pdf"
