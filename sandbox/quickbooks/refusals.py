"""QuickBooks' faults with their codes and texts (reference section 3.1)."""

from typing import Any

from sandbox.core.messages import Response, json_response

MADE_INACTIVE = (
    "Something you're trying to use has been made inactive. "
    "Check the fields with accounts, customers, items, vendors or employees."
)

FRENCH = {
    "610": "Objet introuvable",
    "2010": "La demande contient une propriété non valide ou non prise en charge",
    "2020": "Paramètre obligatoire manquant",
    "2500": "ID de référence non valide",
    "5010": "Erreur d'objet périmé",
    "6000": "Une erreur de validation métier s'est produite lors du traitement de votre demande",
    "6140": "Erreur de numéro de document en double",
    "6240": "Erreur de nom en double",
}


class Refusal(Exception):
    """One QuickBooks fault. ``element`` names the property where QuickBooks does."""

    def __init__(
        self,
        code: str,
        message: str,
        detail: str = "",
        element: str = "",
        kind: str = "ValidationFault",
        status: int = 400,
    ) -> None:
        super().__init__(f"{code} {message}: {detail}")
        self.code = code
        self.message = message
        self.detail = detail or message
        self.element = element
        self.kind = kind
        self.status = status

    def fault(self, language: str = "en") -> dict[str, Any]:
        """The value of ``Fault``."""
        message, detail = self.message, self.detail
        if language == "fr" and self.code in FRENCH:
            detail = FRENCH[self.code] + detail.removeprefix(self.message)
            detail = detail.replace("TxnType=Invoice", "TxnType=Facture")
            message = FRENCH[self.code]
        error = {"Message": message, "Detail": detail, "code": self.code, "element": self.element}
        return {"Error": [error], "type": self.kind}


def not_found() -> Refusal:
    return Refusal("610", "Object Not Found", f"Object Not Found : {MADE_INACTIVE}")


def unsupported_property(name: str) -> Refusal:
    return Refusal(
        "2010",
        "Request has invalid or unsupported property",
        f"Property Name:{name} specified is unsupported or invalid",
    )


def missing(name: str) -> Refusal:
    return Refusal(
        "2020",
        "Required param missing, need to supply the required value for the API",
        f"Required parameter {name} is missing in the request",
        name,
    )


def too_long(name: str, limit: int, length: int) -> Refusal:
    detail = f"Length exceeds limit : {name} allows {limit} characters. Supplied length:{length}"
    return Refusal("2050", "Length exceeds limit", detail, name)


def bad_id(name: str) -> Refusal:
    return Refusal("2030", "Invalid ID", f"Invalid ID : {name}", name)


def bad_text(name: str) -> Refusal:
    return Refusal("2040", "Invalid String", f"Invalid String : {name}", name)


def bad_number(name: str, value: object) -> Refusal:
    return Refusal("2090", "Invalid Number", f"Invalid Number : {value}", name)


def bad_date(name: str, value: object) -> Refusal:
    return Refusal("2210", "Invalid date format", f"Invalid date format : {value}", name)


def bad_enumeration(name: str, value: object) -> Refusal:
    return Refusal("2170", "Invalid Enumeration", f"Invalid Enumeration : {value}", name)


def bad_reference(what: str) -> Refusal:
    return Refusal("2500", "Invalid Reference Id", f"Invalid Reference Id : {what}")


def stale() -> Refusal:
    return Refusal(
        "5010",
        "Stale Object Error",
        "Stale Object Error : You and root were working on this at the same time. "
        "root finished before you did, so your work was not saved.",
    )


def business(text: str, element: str = "") -> Refusal:
    return Refusal(
        "6000",
        "A business validation error has occurred while processing your request",
        f"Business Validation Error: {text}",
        element,
    )


def unsupported_operation(what: str) -> Refusal:
    return Refusal("500", "Unsupported Operation", f"Operation {what} is not supported.")


def period_closed(code: str) -> Refusal:
    return Refusal(
        code,
        "Account Period Closed",
        "The account period has closed and the account books cannot be updated through "
        "the QuickBooks Online Services API. Please use the QuickBooks Online website to make "
        "these changes.",
    )


def _gateway(status: int, message: str, code: str, detail: str, kind: str, now_ms: int) -> Response:
    """The lower-case body of Intuit's gateway."""
    error = {
        "message": f"message={message}; errorCode=00{code}; statusCode={status}",
        "detail": detail,
        "code": code,
        "element": None,
    }
    body: dict[str, Any] = {
        "warnings": None,
        "intuitObject": None,
        "fault": {"error": [error], "type": kind},
        "report": None,
        "queryResponse": None,
        "batchItemResponse": [],
        "attachableResponse": [],
        "syncErrorResponse": None,
        "requestId": None,
        "time": now_ms,
        "status": None,
        "cdcresponse": [],
    }
    return json_response(body, status)


def bad_token(detail: str, now_ms: int) -> Response:
    response = _gateway(401, "AuthenticationFailed", "3200", detail, "AUTHENTICATION", now_ms)
    response.headers["www-authenticate"] = 'Bearer realm="Intuit", error="invalid_token"'
    return response


def forbidden(detail: str, now_ms: int) -> Response:
    return _gateway(403, "ApplicationAuthorizationFailed", "3100", detail, "SERVICE", now_ms)


def xml_fault(status: int, kind: str, code: str, message: str, detail: str, stamp: str) -> Response:
    body = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<IntuitResponse time="{stamp}" xmlns="http://schema.intuit.com/finance/v3">'
        f'<Fault type="{kind}"><Error code="{code}"><Message>{message}</Message>'
        f"<Detail>{detail}</Detail></Error></Fault></IntuitResponse>"
    )
    return Response(status, body.encode(), {"content-type": "application/xml;charset=UTF-8"})


THROTTLE_MESSAGE = "message=ThrottleExceeded; errorCode=003001; statusCode=429"
THROTTLE_DETAIL = "The request limit was reached.  Try again later"


def throttled(form: str, stamp: str) -> Response:
    """``form`` is "json" or "xml"; both are on record."""
    if form == "xml":
        return xml_fault(429, "SERVICE", "3001", THROTTLE_MESSAGE, THROTTLE_DETAIL, stamp)
    error = {"Message": THROTTLE_MESSAGE, "Detail": THROTTLE_DETAIL, "code": "3001", "element": ""}
    return json_response({"Fault": {"Error": [error], "type": "SERVICE"}, "time": stamp}, 429)
