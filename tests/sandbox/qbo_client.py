"""A small client of QuickBooks' wire format for the tests, with none of the vendor's libraries."""

import base64
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from tests.sandbox_process import SandboxProcess

US, AST, GB, ADVANCED = (f"934145000000000{number}" for number in (1, 2, 3, 4))
CLIENT = ("sandbox-quickbooks-client", "sandbox-quickbooks-secret")
CALLBACK = "http://127.0.0.1:8000/oauth/quickbooks/callback"
ACCOUNTING = "com.intuit.quickbooks.accounting"
SECONDS = 30
Body = dict[str, Any]


@dataclass
class Answer:
    status: int
    body: Any
    headers: dict[str, str]
    raw: bytes

    @property
    def error(self) -> Body:
        """The first error of a fault."""
        return dict(self.body["Fault"]["Error"][0])

    @property
    def code(self) -> str:
        return str(self.error["code"])


def read(response: requests.Response) -> Answer:
    kind = response.headers.get("content-type", "")
    body = response.json() if "json" in kind and response.content else response.text
    return Answer(response.status_code, body, dict(response.headers), response.content)


class Company:
    """One realm under one access token."""

    def __init__(self, sandbox: SandboxProcess, realm: str, token: str = "") -> None:
        self.sandbox = sandbox
        self.realm = realm
        self.session = requests.Session()
        self.session.trust_env = False
        self.token = (
            token or sandbox.admin("POST", "quickbooks/grant", {"realm": realm})["access_token"]
        )
        self.base = f"{sandbox.quickbooks}/v3/company/{realm}"

    def call(self, method: str, path: str, **options: Any) -> Answer:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Accept": "application/json",
            **options.pop("headers", {}),
        }
        response = self.session.request(
            method, f"{self.base}/{path}", headers=headers, timeout=SECONDS,
            allow_redirects=False, **options,
        )  # fmt: skip
        return read(response)

    def get(self, path: str, **query: str) -> Answer:
        return self.call("GET", path, params=query)

    def post(self, path: str, body: Any, **query: str) -> Answer:
        return self.call("POST", path, json=body, params=query)

    def save(self, kind: str, **fields: Any) -> Body:
        """The stored entity; a fault fails the test."""
        answer = self.post(kind.lower(), fields)
        assert answer.status == 200, answer.body
        return dict(answer.body[kind])

    def read(self, kind: str, identity: str) -> Body:
        answer = self.get(f"{kind.lower()}/{identity}")
        assert answer.status == 200, answer.body
        return dict(answer.body[kind])

    def query(self, statement: str) -> Body:
        """The value of QueryResponse; a fault fails the test."""
        answer = self.get("query", query=statement)
        assert answer.status == 200, answer.body
        return dict(answer.body["QueryResponse"])

    def refusal(self, statement: str) -> Answer:
        return self.get("query", query=statement)

    def first(self, kind: str, where: str) -> Body:
        return dict(self.query(f"select * from {kind} where {where}")[kind][0])

    def customer(self, name: str) -> Body:
        escaped = name.replace("'", "\\'")
        return self.first("Customer", f"DisplayName = '{escaped}'")

    def invoice(self, customer: str = "1", *lines: Body, **fields: Any) -> Body:
        return self.save(
            "Invoice", CustomerRef={"value": customer}, Line=list(lines) or [line()], **fields
        )

    def pay(self, invoice: Body, amount: float, total: float | None = None) -> Body:
        return self.save(
            "Payment",
            CustomerRef={"value": invoice["CustomerRef"]["value"]},
            TotalAmt=amount if total is None else total,
            Line=[{"Amount": amount, "LinkedTxn": [link(invoice)]}],
        )

    def update(self, kind: str, entity: Body, **fields: Any) -> Body:
        """A sparse update of the version given."""
        version = {"Id": entity["Id"], "SyncToken": entity["SyncToken"], "sparse": True}
        return self.save(kind, **version, **fields)

    def control(self, action: str, **body: Any) -> Body:
        """What a person does in QuickBooks."""
        page = f"quickbooks/{action}"
        return dict(self.sandbox.admin("POST", page, {"realm": self.realm, **body}))


def link(entity: Body, kind: str = "Invoice") -> Body:
    return {"TxnId": entity["Id"], "TxnType": kind}


def line(
    amount: float = 100,
    item: str = "21",
    quantity: float | None = None,
    code: str = "",
    **more: Any,
) -> Body:
    """A priced line; item 21 of the first company is a service."""
    detail: Body = {"ItemRef": {"value": item}}
    if quantity is not None:
        detail.update(Qty=quantity, UnitPrice=amount / quantity)
    if code:
        detail["TaxCodeRef"] = {"value": code}
    return {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": detail,
        **more,
    }


class OAuth:
    """The browser's and the app's side of Intuit's OAuth."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.base = sandbox.quickbooks
        self.session = requests.Session()
        self.session.trust_env = False

    def authorize(self, scope: str = ACCOUNTING, **changes: str) -> requests.Response:
        facts = {
            "client_id": CLIENT[0],
            "response_type": "code",
            "scope": scope,
            "redirect_uri": CALLBACK,
            "state": "s-1",
            **changes,
        }
        return self.session.get(
            f"{self.base}/connect/oauth2", params=facts, timeout=SECONDS, allow_redirects=False
        )

    def decide(self, page: requests.Response, decision: str, realm: str = "") -> dict[str, str]:
        """Post the page's own form; the callback's parameters."""
        fields = dict(re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', page.text))
        fields["decision"] = decision
        if realm:
            fields["realm"] = realm
        answer = self.session.post(
            f"{self.base}/connect/oauth2", data=fields, timeout=SECONDS, allow_redirects=False
        )
        assert answer.status_code == 302, answer.text
        location = answer.headers["location"]
        assert location.startswith(CALLBACK)
        return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}

    def token(self, headers: dict[str, str] | None = None, **form: str) -> Answer:
        basic = base64.b64encode(":".join(CLIENT).encode()).decode()
        sent = {"Authorization": f"Basic {basic}", "Accept": "application/json", **(headers or {})}
        return read(
            self.session.post(
                f"{self.base}/oauth2/v1/tokens/bearer", data=form, headers=sent, timeout=SECONDS
            )
        )

    def exchange(self, code: str) -> Answer:
        return self.token(grant_type="authorization_code", code=code, redirect_uri=CALLBACK)

    def refresh(self, value: str, **headers: str) -> Answer:
        return self.token(headers, grant_type="refresh_token", refresh_token=value)

    def connect(self, realm: str = US, scope: str = ACCOUNTING) -> Body:
        """Tokens by way of the consent page."""
        back = self.decide(self.authorize(scope), "allow", realm)
        answer = self.exchange(back["code"])
        assert answer.status == 200, answer.body
        return dict(answer.body)

    def revoke(self, token: str) -> Answer:
        return read(
            self.session.post(
                f"{self.base}/v2/oauth2/tokens/revoke",
                json={"token": token},
                auth=CLIENT,
                timeout=SECONDS,
            )
        )
