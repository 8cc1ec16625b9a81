"""The vendors as any program of their customers reads them: over their API, past Dealbooks."""

import http.client
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode, urlsplit

from workflows.demo_check.compare import Paid
from workflows.demo_check.progress import Stuck

SECONDS = 20.0
HUBSPOT_KEY = "pat-na1-sandbox-demo"
"""The sandbox's static token of the first portal, of the simulated vendors only."""
OURS = "dealbooks"


class Service:
    """JSON over http with amounts as ``Decimal``. Raises ``Stuck`` for any refusal."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._host = urlsplit(address).netloc

    def ask(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        token: str = "",
    ) -> Any:
        """GET, or POST where there is a body."""
        connection = http.client.HTTPConnection(self._host, timeout=SECONDS)
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        sent = None if body is None else json.dumps(body).encode()
        method = "GET" if body is None else "POST"
        target = f"{path}?{urlencode(query)}" if query else path
        try:
            connection.request(method, target, sent, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            raise Stuck(f"{self.address}{path} gave no answer: {error}", "sandbox") from None
        finally:
            connection.close()
        if answer.status >= 400:
            raise Stuck(f"{self.address}{path} said {answer.status}: {text[:400]}", "sandbox")
        return json.loads(text, parse_float=Decimal)


class Books:
    """One QuickBooks company, read with a token of its own."""

    def __init__(self, service: Service, realm: str) -> None:
        self.service = service
        self.realm = realm
        granted = service.ask("/__sandbox/quickbooks/grant", body={"realm": realm})
        self._token = str(granted["access_token"])

    def query(self, statement: str) -> list[dict[str, Any]]:
        path = f"/v3/company/{self.realm}/query"
        answer = self.service.ask(path, {"query": statement}, token=self._token)
        found = answer["QueryResponse"]
        return next((rows for rows in found.values() if isinstance(rows, list)), [])

    def name(self) -> str:
        return str(self.query("select * from CompanyInfo")[0]["CompanyName"])

    def invoice(self, number: str) -> dict[str, Any]:
        """By its document number. Raises ``Stuck`` when there is not exactly one."""
        found = self.query(f"select * from Invoice where DocNumber = '{number}'")  # noqa: S608
        if len(found) != 1:
            raise Stuck(f"QuickBooks has {len(found)} invoices with the number {number}", "web")
        return found[0]

    def count_invoices(self) -> int:
        answer = self.service.ask(
            f"/v3/company/{self.realm}/query",
            {"query": "select count(*) from Invoice"},
            token=self._token,
        )
        return int(answer["QueryResponse"]["totalCount"])

    def terms(self) -> dict[str, str]:
        return {str(row["Id"]): str(row["Name"]) for row in self.query("select * from Term")}

    def payments(self, invoice: Mapping[str, Any]) -> list[Paid]:
        """What was paid on this invoice, oldest first; a voided payment is not among them."""
        found = [
            Paid(row["Id"], Decimal(str(line["Amount"])), row["TxnDate"])
            for row in self.query("select * from Payment")
            for line in row.get("Line", [])
            if any(_is_of(invoice, link) for link in line.get("LinkedTxn", []))
        ]
        return sorted(found, key=lambda each: int(each.id))


class Portal:
    """One HubSpot portal, read with its service key."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def property_names(self, kind: str) -> set[str]:
        """Names of the properties that are ours."""
        answer = self._ask(f"/crm/v3/properties/{kind}")
        return {row["name"] for row in answer["results"] if row["groupName"] == OURS}

    def deal(self, deal_id: str, names: Sequence[str]) -> dict[str, Any]:
        """``properties`` and ``associations`` of a deal."""
        query = {"properties": ",".join(names), "associations": "invoices,notes"}
        return dict(self._ask(f"/crm/v3/objects/deals/{deal_id}", query))

    def deal_named(self, name: str) -> str:
        """The id of the deal. Raises ``Stuck`` without one."""
        query = {"properties": "dealname", "limit": "100"}
        for row in self._ask("/crm/v3/objects/deals", query)["results"]:
            if row["properties"].get("dealname") == name:
                return str(row["id"])
        raise Stuck(f"The sandbox has no deal {name!r}", "sandbox")

    def objects(self, kind: str, ids: Sequence[str], names: Sequence[str]) -> list[dict[str, Any]]:
        query = {"properties": ",".join(names)}
        return [dict(self._ask(f"/crm/v3/objects/{kind}/{each}", query)) for each in ids]

    def _ask(self, path: str, query: Mapping[str, str] | None = None) -> Any:
        return self.service.ask(path, query, token=HUBSPOT_KEY)


def _is_of(invoice: Mapping[str, Any], link: Mapping[str, Any]) -> bool:
    return bool(link["TxnType"] == "Invoice" and link["TxnId"] == invoice["Id"])


def linked(record: Mapping[str, Any], kind: str) -> list[str]:
    """Ids of the associated objects, once each."""
    rows = (record.get("associations") or {}).get(kind, {}).get("results", [])
    return list(dict.fromkeys(str(row["id"]) for row in rows))
