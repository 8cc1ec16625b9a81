"""The demo check's own eyes: forms, cookies and frames as browsers treat them, and comparisons.

The check itself is run by ``make demo-check``; here is what must hold for its answer to mean anything.
"""

import threading
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.demo_check import compare, reading
from workflows.demo_check.browser import Browser, Page, PageProblem
from workflows.demo_check.compare import Paid
from workflows.demo_check.cookies import Jar, parse
from workflows.demo_check.forms import Form, FormProblem, form_with, forms_of
from workflows.demo_check.markup import parse as parse_page
from workflows.demo_check.progress import Report, Stuck

ADDRESS = "http://127.0.0.1:8000/p/1/deals/7/"
FORM = """
<form method="post" action="save/?x=1" id="f">
  <input type="hidden" name="csrfmiddlewaretoken" value="abc">
  <input name="name" value="Amy &amp; Co"><input name="off" value="no" disabled>
  <textarea name="message">
first
second</textarea>
  <label><input type="radio" name="choice" value="c:1" checked> Amy's Bird Sanctuary</label>
  <label for="r2">Another</label><input type="radio" name="choice" value="search" id="r2">
  <input type="checkbox" name="news" checked><input type="checkbox" name="later" value="yes">
  <select name="terms"><option value="">No terms<option value="3" selected>Net 30</select>
  <select name="first"><option value="a">A<option value="b">B</select>
  <fieldset disabled><input name="quiet" value="1"></fieldset>
  <button class="hidden" name="go" value="next">Next: review</button>
  <button name="go" value="back">Back</button><button type="button">Help</button>
</form>
<input name="outside" value="in" form="f">
<template><form><button>Next: template</button></form></template>
"""


def form(label: str = "Next") -> Form:
    return form_with(parse_page(FORM), ADDRESS, label)


def test_s45_a_form_sends_what_a_browser_would() -> None:
    found = form()
    assert found.data({}, found.button("Next")) == [
        ("csrfmiddlewaretoken", "abc"),
        ("name", "Amy & Co"),
        ("message", "first\r\nsecond"),
        ("choice", "c:1"),
        ("news", "on"),
        ("terms", "3"),
        ("first", "a"),
        ("go", "next"),
        ("outside", "in"),
    ]
    assert found.method == "POST"
    assert found.target(found.button("Back")) == f"{ADDRESS}save/?x=1"


def test_s45_answers_take_the_place_of_what_stood_there() -> None:
    found = form()
    answers = {"choice": "search", "terms": "", "later": "yes", "message": "a\nb"}
    sent = dict(found.data(answers, found.button("Back")))
    assert sent["choice"] == "search"
    assert sent["terms"] == ""
    assert sent["later"] == "yes"
    assert sent["message"] == "a\r\nb"
    assert sent["go"] == "back"


@pytest.mark.parametrize(
    "answers", [{"nowhere": "1"}, {"choice": "c:2"}, {"terms": "99"}, {"quiet": "2"}]
)
def test_a_form_cannot_be_answered_with_what_it_does_not_offer(answers: dict[str, str]) -> None:
    with pytest.raises(FormProblem):
        form().data(answers)


def test_only_real_buttons_can_be_pressed() -> None:
    for label in ("Help", "Next: template", "Delete"):
        with pytest.raises(FormProblem):
            form(label)
    assert len(forms_of(parse_page(FORM), ADDRESS)) == 1


def test_choices_are_found_by_their_label() -> None:
    assert form().choices("choice") == {"c:1": "Amy's Bird Sanctuary", "search": "Another"}
    assert form().choice("terms", "Net") == "3"
    assert form().value("terms") == "3"
    with pytest.raises(FormProblem):
        form().choice("terms", "Net 15")


def test_of_several_forms_the_one_with_the_field_is_taken() -> None:
    html = "<form><button>Search</button></form><form><input name=q><button>Search</button></form>"
    found = form_with(parse_page(html), ADDRESS, "Search", ["q"])
    assert found.names() == ["q"]


# ------------------------------------------------------------------------------------- cookies
FRAMED = "__Host-embed=k; Path=/; Secure; HttpOnly; SameSite=None; Partitioned"


@pytest.mark.parametrize(
    ("line", "comes_back"),
    [
        (FRAMED, True),
        ("a=1; Path=/; Secure; SameSite=None", False),
        ("a=1; Path=/; Secure; SameSite=Lax; Partitioned", False),
        ("a=1; Path=/; SameSite=None; Partitioned", False),
        ("a=1", False),
    ],
)
def test_c09_only_a_partitioned_cookie_comes_back_in_a_frame(line: str, comes_back: bool) -> None:
    framed, own = Jar(partitioned_only=True), Jar()
    framed.keep("127.0.0.1", [line])
    own.keep("127.0.0.1", [line])
    assert bool(framed.header("127.0.0.1", "/")) is comes_back
    assert own.header("127.0.0.1", "/")


def test_cookies_end_and_belong_to_their_host_and_path() -> None:
    jar = Jar()
    jar.keep("127.0.0.1", ["s=1; Path=/", "t=2; Path=/oauth"])
    assert jar.header("127.0.0.1", "/oauth/x") == {"Cookie": "s=1; t=2"}
    assert jar.header("127.0.0.1", "/oauthx") == {"Cookie": "s=1"}
    assert jar.header("localhost", "/") == {}
    jar.keep("127.0.0.1", ["s=; Max-Age=0; Path=/"])
    assert jar.header("127.0.0.1", "/") == {}
    assert not parse("s=1; Max-Age=3600").ends


# -------------------------------------------------------------------------------------- browser
class _Site(BaseHTTPRequestHandler):
    """``/ok`` may be framed by HubSpot, ``/own`` by nobody; ``/away`` leads to another site."""

    frame = "http://localhost:9200"

    def do_GET(self) -> None:
        ancestors = self.frame if self.path == "/ok" else "'none'"
        self.send_response(200)
        self.send_header(
            "Content-Security-Policy", f"frame-ancestors {ancestors}; form-action 'self'"
        )
        self.send_header("Set-Cookie", FRAMED)
        self.end_headers()
        seen = self.headers.get("Cookie", "")
        body = f"<main>{seen}<form method=post action=/away><button>Go</button></form></main>"
        self.wfile.write(body.encode())

    def do_POST(self) -> None:
        self.send_response(302)
        self.send_header("Location", "http://localhost:1/elsewhere")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_c09_a_frame_shows_only_pages_that_allow_its_site(site: str) -> None:
    framed = Browser(framed_by=_Site.frame)
    assert framed.get(f"{site}/ok").status == 200
    assert "__Host-embed=k" in framed.get(f"{site}/ok").said
    with pytest.raises(PageProblem, match="not shown in a frame"):
        framed.get(f"{site}/own")
    assert Browser().get(f"{site}/own").status == 200


def test_c10_a_form_may_not_lead_where_the_policy_does_not_allow(site: str) -> None:
    browser = Browser()
    with pytest.raises(PageProblem, match="form-action does not allow http://localhost:1"):
        browser.press(browser.get(f"{site}/ok"), "Go")


# -------------------------------------------------------------------------------------- reading
@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("1,234.50 USD", "1234.50", "USD"),
        ("\N{MINUS SIGN}12.00 EUR", "-12.00", "EUR"),
        ("1500 JPY", "1500", "JPY"),
        ("74.95", "74.95", ""),
    ],
)
def test_s44_amounts_are_read_from_the_page(text: str, value: str, currency: str) -> None:
    assert (reading.amount(text), reading.currency(text)) == (Decimal(value), currency)


def test_s44_days_are_read_from_the_page() -> None:
    texts = ("Nov. 23, 2026", "May 5, 2026", "Sept. 1, 2026", "March 31, 2026")
    days = (date(2026, 11, 23), date(2026, 5, 5), date(2026, 9, 1), date(2026, 3, 31))
    assert tuple(map(reading.day, texts)) == days
    with pytest.raises(reading.NotThere):
        reading.day("soon")


REVIEW = """
<section class="review-part"><h3>From</h3><p>Dealbooks Demo Co</p></section>
<section class="review-part"><h3>Customer</h3><p><strong>Amy's</strong><br>Finch St.</p>
<p>Invoice goes to amy@amysbirds.example</p></section>
<section class="review-part"><h3>Products</h3><table>
<thead><tr><th>Product</th><th>Quantity</th><th>Price</th><th>Tax</th><th>Amount</th></tr></thead>
<tbody><tr><th>Chair<span class="line-detail">2 x 50</span></th><td>2</td><td>50.00</td>
<td>Taxable</td><td>100.00</td></tr></tbody>
<tfoot><tr><td>Subtotal</td><td colspan="3"></td><td>100.00 USD</td></tr>
<tr><td>Tax 8.25 % on 100</td><td colspan="3"></td><td>8.25 USD</td></tr>
<tr><td colspan="4">Total</td><td>108.25 USD</td></tr></tfoot></table></section>
<section class="review-part"><h3>Terms and dates</h3><dl><dt>Invoice date</dt>
<dd>Nov. 23, 2026</dd><dt>Due date</dt><dd>Dec. 23, 2026</dd><dt>Terms</dt><dd>Net 30</dd></dl>
</section>
<section class="review-part"><h3>Message to the customer</h3><p>First<br>second</p></section>
"""


def test_s44_the_review_is_read_to_the_cent() -> None:
    assert reading.review(parse_page(REVIEW)) == {
        "company": "Dealbooks Demo Co",
        "customer": "Amy's",
        "bill_email": "amy@amysbirds.example",
        "lines": [("Chair", "2", "50.00", "100.00")],
        "net": "100.00",
        "currency": "USD",
        "tax": "8.25",
        "total": "108.25",
        "txn_date": "2026-11-23",
        "due_date": "2026-12-23",
        "terms": "Net 30",
        "message": "First second",
    }


@pytest.mark.parametrize("heading", ["From", "Products", "Terms and dates"])
def test_s44_a_review_without_a_part_is_no_review(heading: str) -> None:
    with pytest.raises(reading.NotThere, match=heading):
        reading.review(parse_page(REVIEW.replace(f"<h3>{heading}</h3>", "<h3>Other</h3>")))


# ----------------------------------------------------------------------------------- comparison
INVOICE = {
    "Id": "140",
    "DocNumber": "1051",
    "TxnDate": "2026-11-23",
    "DueDate": "2026-12-23",
    "TotalAmt": Decimal("115.50"),
    "Balance": Decimal("15.5"),
    "CurrencyRef": {"value": "USD"},
    "CustomerRef": {"value": "1", "name": "Amy's Bird Sanctuary"},
    "SalesTermRef": {"value": "3"},
    "CustomerMemo": {"value": "Thank you"},
    "TxnTaxDetail": {"TotalTax": Decimal("15.50")},
    "Line": [
        {
            "DetailType": "SalesItemLineDetail",
            "Amount": Decimal("100"),
            "SalesItemLineDetail": {
                "ItemRef": {"name": "Site survey"},
                "Qty": Decimal(2),
                "UnitPrice": Decimal("50.00"),
            },
        },
        {"DetailType": "SubTotalLineDetail", "Amount": Decimal("100")},
    ],
}
PAYMENTS = [Paid("9", Decimal("60"), "2026-11-24"), Paid("10", Decimal("40.00"), "2026-11-24")]


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-9999, max_value=9999)
)
def test_one_amount_has_one_spelling(value: Decimal) -> None:
    assert compare.plain(value) == compare.plain(f"{value}0") == compare.plain(value.normalize())


@given(st.text(max_size=12))
def test_no_text_breaks_the_comparison(text: str) -> None:
    assert compare.plain(compare.plain(text)) == compare.plain(text)


def test_s44_quickbooks_invoice_in_the_words_of_the_review() -> None:
    facts = compare.invoice_in_quickbooks(INVOICE, {"3": "Net 30"}, "Dealbooks Demo Co")
    assert facts["lines"] == [("Site survey", "2", "50", "100")]
    assert (facts["net"], facts["tax"], facts["total"]) == ("100", "15.5", "115.5")
    assert (facts["terms"], facts["message"]) == ("Net 30", "Thank you")


def test_s56_b06_what_the_deal_must_show() -> None:
    deal = compare.expected_deal(INVOICE, PAYMENTS, "partially_paid", "2026-11-23")
    assert deal["dealbooks_amount_invoiced"] == "115.5"
    assert deal["dealbooks_total_paid"] == "100"
    assert deal["dealbooks_open_balance"] == "15.5"
    assert deal["dealbooks_last_payment_amount"] == "40"
    assert deal["dealbooks_next_due_date"] == "2026-12-23"
    paid = compare.expected_deal({**INVOICE, "Balance": 0}, PAYMENTS, "paid", "")
    assert paid["dealbooks_next_due_date"] == ""


def test_d20_notes_are_compared_by_what_they_say() -> None:
    body = (
        "<p><strong>Payment received: 1,060.00 USD</strong></p><p>Invoice 1051 for Amy&#x27;s, "
        "paid on 2026-11-24, in Dealbooks Demo Co</p><p>Reference DB-P-0123</p>"
    )
    told = [("Payment received", Paid("9", Decimal("1060"), "2026-11-24"))]
    expected = compare.expected_notes("1051", told, "USD")
    assert compare.shown_notes([body, "<p>Called Amy</p>"]) == expected
    wrong = body.replace("1,060.00", "1,060.01")
    assert compare.shown_notes([wrong]) != expected


# ---------------------------------------------------------------------------------------- report
@pytest.fixture
def said() -> list[str]:
    return []


def test_a_difference_is_told_and_makes_the_check_fail(said: list[str]) -> None:
    report = Report(said.append, 60)
    with report.step("compare"):
        report.compare("deal", {"total": "10", "number": "7"}, {"total": "10.01", "number": "7"})
    line = report.line()
    assert line["ok"] is False
    assert line["differences"] == [{"what": "deal: total", "expected": "10", "seen": "10.01"}]
    assert "differences: 1" in said[-1]


def test_missing_and_additional_facts_are_differences(said: list[str]) -> None:
    report = Report(said.append, 60)
    report.compare("notes", {"note 1": "a"}, {"note 1": "a", "note 2": "b"})
    report.compare("notes", {"note 1": "a", "note 2": "b"}, {"note 1": "a"})
    assert [each["what"] for each in report.differences] == ["notes: note 2"] * 2
    assert Report(said.append, 60).line()["ok"] is True


def test_waiting_ends_with_the_check(said: list[str]) -> None:
    report = Report(said.append, 0.0)
    with pytest.raises(Stuck) as stuck, report.step("wait"):
        report.until("it rains", _never(), ())
    assert stuck.value.process == "worker"
    assert report.steps[0]["step"] == "wait"
    assert Report(said.append, 0.0).until("it is there", lambda: "yes", ()) == "yes"


def _never() -> Callable[[], None]:
    return lambda: None


def test_a_page_says_what_a_person_reads() -> None:
    html = (
        '<html><nav>Home</nav><main><h1>Invoice 7</h1><p>Total<span class="hidden-visually"> of '
        "all</span></p><script>x()</script></main></html>"
    )
    page = Page(ADDRESS, 200, {}, html)
    assert page.said == "Invoice 7 Total"
    assert page.heading == "Invoice 7"
