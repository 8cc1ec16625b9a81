"""A rep at the wizard's source step, and the way from there to the invoice."""

from decimal import Decimal

from integration import sessions
from integration.clock import now
from integration.reference import refresh_reference
from invoices.models import Draft, Invoice
from tests.invoices.desk import DEAL, Desk
from tests.invoices.pages import Visitor


def begin(desk: Desk, rep: Visitor, deal: str = DEAL) -> None:
    """At the source step, with the deal's quotes read."""
    rep.post(f"/p/{desk.books.portal.pk}/deals/{deal}/invoice/")
    if not rep.path.endswith("/source/"):
        rep.see(f"{rep.path.rsplit('/', 2)[0]}/source/")
    rep.press("quotes")


def choose(rep: Visitor, quote_id: str) -> None:
    rep.press("next", source=quote_id)


def only_quote(rep: Visitor) -> str:
    """The quote that is chosen already because nothing speaks against it."""
    return rep.fields()["source"]


def to_lines(desk: Desk, rep: Visitor) -> None:
    """From the customer step on; a customer that is chosen already stays."""
    if rep.fields().get("choice", "").startswith("c:"):
        rep.press()
    else:
        rep.press(choice="search", customer_id=desk.customer().id)
    assert rep.path.endswith("/lines/"), rep.text


def to_review(desk: Desk, rep: Visitor) -> None:
    to_lines(desk, rep)
    rep.press()
    assert rep.path.endswith("/details/"), rep.text
    rep.press()
    assert rep.path.endswith("/review/"), rep.text


def go(rep: Visitor, step: str) -> None:
    """Another step of the draft the rep is at."""
    rep.see(f"{rep.path.rsplit('/', 2)[0]}/{step}/")


def create(desk: Desk, rep: Visitor) -> Invoice:
    rep.press("create")
    assert "was created" in rep.text, rep.text
    return newest(desk)


def newest(desk: Desk) -> Invoice:
    found = Invoice.objects.for_portal(desk.books.portal).order_by("-operation__created_at")
    return found[0]  # type: ignore[no-any-return]


def nothing_created(desk: Desk) -> bool:
    return not Invoice.objects.for_portal(desk.books.portal).exists()


def net(invoice: Invoice) -> Decimal:
    total: Decimal = invoice.total - invoice.total_tax
    return total


def draft_of(desk: Desk) -> Draft:
    """The one edited last."""
    found: Draft = Draft.objects.for_portal(desk.books.portal).latest("edited_at")
    return found


def read_again(desk: Desk) -> None:
    """The company's lists and preferences, as the daily job reads them."""
    refresh_reference(desk.company, sessions.quickbooks(desk.company), now())
