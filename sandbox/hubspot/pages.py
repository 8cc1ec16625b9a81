"""Pages for people: accounts, the deal list, the deal record, other records, public quotes."""

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from sandbox.core.messages import Request, Response, html_response, redirect
from sandbox.core.routing import Router
from sandbox.hubspot import record_page
from sandbox.hubspot.card import Card
from sandbox.hubspot.layout import e, hidden, options, page, panel
from sandbox.hubspot.schemas import BY_NAME, find_type
from sandbox.hubspot.store import Portal, Record
from sandbox.quickbooks.pdf import written

if TYPE_CHECKING:
    from sandbox.hubspot.application import HubSpot

COOKIE = "hubspot_user"
DEALS = BY_NAME["deals"]


class NoSuchPage(Exception):
    """An unknown portal or record."""


class Pages:
    def __init__(self, hubspot: "HubSpot") -> None:
        self.hubspot = hubspot
        self.card = Card(self)

    def add_routes(self, router: Router) -> None:
        guard = self._guard
        router.add("GET", "/", guard(self.home))
        router.add("GET", "/contacts/{portal}/objects/0-3/views/all/list", guard(self.deal_list))
        router.add("GET", "/contacts/{portal}/record/0-3/{deal}", guard(self.deal_page))
        router.add("GET", "/contacts/{portal}/record/{kind}/{number}", guard(self.other_record))
        router.add("GET", "/quotes/{portal}/{key}", guard(self.public_quote))
        router.add("GET", "/quotes/{portal}/{key}/{name}", guard(self.quote_pdf))
        router.add("POST", "/__sandbox/hubspot/open-card", guard(self.card.open))
        router.add("POST", "/__sandbox/hubspot/sign-in", guard(self.sign_in))

    def _guard(self, handler: Any) -> Any:
        def answer(request: Request, **parameters: str) -> Any:
            try:
                return handler(request, **parameters)
            except NoSuchPage as missing:
                text = f"<h1>Not found</h1><p>{e(missing)}</p><p><a href='/'>All accounts</a></p>"
                return html_response(page("Not found", text), 404)

        return answer

    # -- who looks at the page

    def user_email(self, request: Request) -> str:
        return unquote(request.cookies().get(COOKIE, ""))

    def user(self, request: Request, portal: Portal) -> dict[str, Any]:
        """The owner chosen in the switcher, else the portal's first rep, else its admin."""
        email = self.user_email(request)
        chosen = next((row for row in portal.owners if row["email"] == email), None)
        return chosen or portal.owners[min(1, len(portal.owners) - 1)]

    def sign_in(self, request: Request) -> Response:
        form = request.form()
        back = form.get("back", "/")
        answer = redirect(back if back.startswith("/") and not back.startswith("//") else "/", 303)
        email = quote(form.get("email", ""), safe="@.")
        answer.headers["set-cookie"] = f"{COOKIE}={email}; Path=/; HttpOnly; SameSite=Lax"
        return answer

    def bar(self, request: Request, portal: Portal) -> str:
        user = self.user(request, portal)
        people = [(row["email"], f"{row['firstName']} {row['lastName']}") for row in portal.owners]
        back = request.raw_path if request.method == "GET" else "/"
        return (
            f'<a href="/contacts/{portal.id}/objects/0-3/views/all/list">Deals</a>'
            f"<span>{e(portal.name)}</span>"
            f'<form method="post" action="/__sandbox/hubspot/sign-in">{hidden(back=back)}'
            '<span id="signed">Signed in as</span>'
            f'<select name="email" aria-labelledby="signed">{options(people, user["email"])}</select>'
            '<button class="plain">Switch</button></form>'
        )

    # -- finding

    def portal(self, number: str) -> Portal:
        found = self.hubspot.portals.get(int(number)) if number.isdigit() else None
        if found is None:
            raise NoSuchPage(f"There is no HubSpot account {number}.")
        return found

    def deal(self, portal_number: str, deal_id: str) -> tuple[Portal, Record]:
        portal = self.portal(portal_number)
        found = portal.find(DEALS, deal_id)
        if found is None:
            raise NoSuchPage(f"There is no deal {deal_id} in {portal.name}.")
        return portal, found

    def with_card(self, portal_number: str, type_id: str, number: str) -> tuple[Portal, Record]:
        """A record whose page has the app's card."""
        if type_id in ("", DEALS.type_id):
            return self.deal(portal_number, number)
        portal, kind = self.portal(portal_number), find_type(type_id)
        has_card = kind is not None and kind.name in record_page.WITH_CARD
        found = portal.find(kind, number) if kind is not None and has_card else None
        if found is None:
            raise NoSuchPage(f"There is no such record in {portal.name}.")
        return portal, found

    # -- pages

    def home(self, request: Request) -> Response:
        rows = "".join(
            f'<div class="item"><strong>{e(row.name)}</strong> <span class="quiet">{row.id} · '
            f"{e(', '.join(row.currencies))} · {e(row.timezone)}</span><br>"
            f'<a href="/contacts/{row.id}/objects/0-3/views/all/list">Deals</a></div>'
            for row in self.hubspot.portals.values()
        )
        return html_response(page("Accounts", f"<h1>Accounts</h1><br>{panel('Portals', rows)}"))

    def deal_list(self, request: Request, portal: str) -> Response:
        account = self.portal(portal)
        body = record_page.deal_table(account)
        return html_response(page("Deals", body, self.bar(request, account)))

    def deal_page(self, request: Request, portal: str, deal: str) -> Response:
        return html_response(self.deal_html(request, *self.deal(portal, deal)))

    def deal_html(
        self, request: Request, portal: Portal, deal: Record, notice: str = "", modal: str = ""
    ) -> str:
        body = notice + record_page.deal_record(portal, deal) + modal
        return page(deal.values.get("dealname", "Deal"), body, self.bar(request, portal))

    def record_html(
        self, request: Request, portal: Portal, record: Record, notice: str = "", modal: str = ""
    ) -> str:
        """The page of any record that has the card."""
        if record.kind is DEALS:
            return self.deal_html(request, portal, record, notice, modal)
        body = notice + record_page.plain_record(portal, record) + modal
        return page(record_page.title(record), body, self.bar(request, portal))

    def other_record(self, request: Request, portal: str, kind: str, number: str) -> Response:
        account, found = self.portal(portal), find_type(kind)
        record = account.find(found, number) if found else None
        if record is None:
            raise NoSuchPage(f"There is no such record in {account.name}.")
        body = record_page.plain_record(account, record)
        return html_response(page(record_page.title(record), body, self.bar(request, account)))

    def public_quote(self, request: Request, portal: str, key: str) -> Response:
        account = self.portal(portal)
        record = self._quote(account, key)
        body = record_page.plain_record(account, record)
        return html_response(page(record_page.title(record), body))

    def _quote(self, account: Portal, key: str) -> Record:
        for record in account.all(BY_NAME["quotes"]).values():
            if record.values.get("hs_public_url_key") == key and not record.archived:
                return record
        raise NoSuchPage("There is no such quote.")

    def quote_pdf(self, request: Request, portal: str, key: str, name: str) -> Response:
        """``pdf`` is what the quote links to; ``file.pdf`` always is the file (``quote_pdf_link``)."""
        account = self.portal(portal)
        record = self._quote(account, key)
        how = account.switches.get("quote_pdf_link", "public")
        if name == "pdf" and how == "redirect":
            return redirect(f"/quotes/{portal}/{key}/file.pdf")
        if name == "pdf" and how == "sign_in":
            return html_response(page("Sign in", "<h1>Sign in to HubSpot</h1>"))
        if name not in ("pdf", "file.pdf"):
            raise NoSuchPage("There is no such file.")
        lines = [record_page.title(record), record.values.get("hs_quote_number", "")]
        if record.values.get("hs_quote_esign_status") == "SIGNED":
            lines.append(f"Signed {record.values.get('hs_esign_date', '')[:10]}")
        return Response(200, written(lines), {"content-type": "application/pdf"})
