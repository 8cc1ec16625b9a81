"""What people may do, and the presets their roles give them (D-04, control 13)."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integration.models.people import Role


class Right(StrEnum):
    VIEW = "view"
    CONNECT = "connect"
    MAP = "map"
    RUN_SYNC = "run_sync"
    DRAFT = "draft"
    FREE_LINES = "free_lines"
    POST = "post"
    SEND = "send"
    CORRECT = "correct"
    APPROVE = "approve"
    EXPORT = "export"
    AUDIT = "audit"
    OPERATE = "operate"
    PEOPLE = "people"


# Fits into "You are not allowed to …".
WORDS: dict[Right, Promise] = {
    Right.VIEW: _("see this"),
    Right.CONNECT: _("connect or disconnect accounts"),
    Right.MAP: _("change settings and field mappings"),
    Right.RUN_SYNC: _("start a sync"),
    Right.DRAFT: _("draft invoices"),
    Right.FREE_LINES: _("invoice priced lines that are no product of QuickBooks"),
    Right.POST: _("create invoices in QuickBooks"),
    Right.SEND: _("send invoices to customers"),
    Right.CORRECT: _("correct or void invoices"),
    Right.APPROVE: _("approve invoices"),
    Right.EXPORT: _("export data"),
    Right.AUDIT: _("read the audit log"),
    Right.OPERATE: _("pause, resume and retry work"),
    Right.PEOPLE: _("manage people and their roles"),
}

ALL = frozenset(Right)

PRESETS: dict[Role, frozenset[Right]] = {
    Role.OWNER: ALL,
    Role.ADMIN: ALL - {Right.APPROVE, Right.CORRECT},
    Role.ACCOUNTANT: frozenset(
        {
            Right.VIEW, Right.MAP, Right.RUN_SYNC, Right.DRAFT, Right.FREE_LINES, Right.POST, Right.SEND,
            Right.CORRECT, Right.APPROVE, Right.EXPORT, Right.AUDIT,
        }
    ),
    Role.SALES_REP: frozenset({Right.VIEW, Right.DRAFT, Right.POST}),
    Role.OPERATOR: frozenset({Right.VIEW, Right.RUN_SYNC, Right.OPERATE, Right.AUDIT}),
    Role.READ_ONLY: frozenset({Right.VIEW}),
}  # fmt: skip

# The frame inside HubSpot drafts, posts and attaches for its one record, whoever opens it.
IN_FRAME = frozenset({Right.VIEW, Right.DRAFT, Right.POST})
