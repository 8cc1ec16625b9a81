"""What the settings allow a run to do, and when the next one is due (D-26 to D-29). Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Save(StrEnum):
    """D-27; the values of ``sync.models.SavePolicy``."""

    CREATE_AND_UPDATE = "create_and_update"
    UPDATE_ONLY = "update_only"
    CREATE_ONLY = "create_only"
    DO_NOTHING = "do_nothing"


class Delete(StrEnum):
    """D-28; the values of ``sync.models.DeletePolicy``."""

    KEEP = "keep"
    MARK = "mark"
    ARCHIVE = "archive"


class Origin(StrEnum):
    """Why an invoice is known here; the values of ``invoices.models.invoices.Origin``."""

    CREATED = "created"
    ATTACHED = "attached"
    SYNCED = "synced"

    @property
    def is_linked(self) -> bool:
        """Made or added here: always followed, whatever the toggles say (D-26)."""
        return self is not Origin.SYNCED


class Way(StrEnum):
    """P-47: the directions of one tab; the values of ``sync.models.SyncDirection``."""

    TO_HUBSPOT = "to_hubspot"
    TO_QUICKBOOKS = "to_quickbooks"
    BOTH = "both"


class Rule(StrEnum):
    """Who is right where both sides changed a field; the values of ``sync.models.ConflictRule``."""

    QUICKBOOKS = "quickbooks"
    HUBSPOT = "hubspot"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class ObjectPolicy:
    """One tab of the settings: contacts, products or invoices of one company."""

    enabled: bool = False
    enabled_at: datetime | None = None
    save: Save = Save.CREATE_AND_UPDATE
    delete: Delete = Delete.KEEP
    without_email: bool = False
    """Contacts: customers without an e-mail address become contacts too."""
    way: Way = Way.TO_HUBSPOT
    rule: Rule = Rule.QUICKBOOKS
    back_since: datetime | None = None
    """Since when HubSpot's changes reach QuickBooks."""
    creates_back: bool = False

    @property
    def tells_hubspot(self) -> bool:
        return self.way is not Way.TO_QUICKBOOKS

    @property
    def tells_quickbooks(self) -> bool:
        return self.enabled and self.way is not Way.TO_HUBSPOT and self.back_since is not None

    def adopts(self, updated_at: datetime) -> bool:
        """Whether a record that nobody made or added here may enter (D-26).

        "Recently updated" means changed since the toggle went on; older ones need a backfill.
        """
        if not self.enabled or self.save not in (Save.CREATE_AND_UPDATE, Save.CREATE_ONLY):
            return False
        return self._is_recent(updated_at)

    def enters(self, updated_at: datetime | None) -> bool:
        """Whether a customer or item that is linked to nothing is looked at (D-26, S-82, S-87)."""
        if not self.enabled or not self.tells_hubspot:
            return False
        return updated_at is None or self._is_recent(updated_at)

    def _is_recent(self, updated_at: datetime) -> bool:
        """QuickBooks tells whole seconds: what changed in the toggle's own second counts."""
        return self.enabled_at is None or updated_at >= self.enabled_at.replace(microsecond=0)

    @property
    def creates(self) -> bool:
        return (
            self.enabled
            and self.tells_hubspot
            and self.save in (Save.CREATE_AND_UPDATE, Save.CREATE_ONLY)
        )

    @property
    def updates(self) -> bool:
        return (
            self.enabled
            and self.tells_hubspot
            and self.save in (Save.CREATE_AND_UPDATE, Save.UPDATE_ONLY)
        )

    def may_create(self, origin: Origin) -> bool:
        """Whether a new HubSpot object may be made; a linked invoice is always followed."""
        return origin.is_linked or self.creates

    def may_update(self, origin: Origin) -> bool:
        return origin.is_linked or self.updates


MOST_DELETIONS = 10
LARGEST_SHARE = 50
"""One in fifty: 2 %."""


def asks_first(deletions: int, linked: int) -> bool:
    """D-28: more than 10 records or 2 % in one run wait for a person.

    A single record is never a mass deletion, however few there are.
    """
    return deletions > MOST_DELETIONS or (deletions > 1 and deletions * LARGEST_SHARE > linked)


QUICK_SPAN = timedelta(minutes=10)
"""How long a company is looked at more often after somebody made or sent an invoice (D-29)."""
IDLE_AFTER = 3
SHORT = timedelta(minutes=1)


class Listening(StrEnum):
    """What is known of a company's webhooks."""

    ABSENT = "absent"
    """None ever came."""
    HEALTHY = "healthy"
    SILENT = "silent"
    """A change was found of which none told, and none came since."""


SWEEP = timedelta(hours=6)
"""With healthy webhooks a look in between finds what they may have lost (fault 51)."""
TOLD_WITHIN = timedelta(minutes=5)
"""Webhooks have this long to tell of a change."""
CLOCKS_DIFFER = timedelta(minutes=2)
"""Changes carry QuickBooks' time, webhooks ours."""


def listening(last_event_at: datetime | None, missed_at: datetime | None) -> Listening:
    """``missed_at``: when a run last found a change of which no webhook had told."""
    if last_event_at is None:
        return Listening.ABSENT
    is_silent = missed_at is not None and missed_at >= last_event_at
    return Listening.SILENT if is_silent else Listening.HEALTHY


def is_untold(changed_at: datetime, last_event_at: datetime | None, now: datetime) -> bool:
    """Whether webhooks had their time to tell of a change and none came since it was made."""
    if last_event_at is None or now - changed_at < TOLD_WITHIN:
        return False
    return last_event_at < changed_at - CLOCKS_DIFFER


def poll_pause(
    base: timedelta,
    *,
    idle_polls: int,
    quick_until: datetime | None,
    now: datetime,
    webhooks: Listening = Listening.ABSENT,
    last_event_at: datetime | None = None,
    due_at: datetime | None = None,
) -> timedelta:
    """Until the next poll (D-29): 5 min, 15 min after three idle polls, 1 min after an action.

    With healthy webhooks 6 h, but once more a minute after news (change data capture may lag,
    fault 46) and never beyond ``due_at``, when something is due without any change in QuickBooks.
    A base of a minute or less (the demo) is kept as it is.
    """
    if base <= SHORT:
        return base
    if quick_until is not None and now < quick_until:
        return SHORT
    if webhooks is not Listening.HEALTHY:
        return base * 3 if idle_polls >= IDLE_AFTER else base
    if last_event_at is not None and now - last_event_at < SHORT:
        return SHORT
    return SWEEP if due_at is None else min(SWEEP, max(due_at - now, SHORT))


FIRST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(hours=6)
GIVE_UP_AFTER = 5
"""A record that failed so often waits for a person (fault 87)."""


def retry_at(now: datetime, attempts: int, *, retryable: bool) -> datetime | None:
    """When a parked record is tried again by itself; None: only when a person asks."""
    if not retryable or attempts >= GIVE_UP_AFTER:
        return None
    pause: timedelta = FIRST_RETRY * 2 ** (max(attempts, 1) - 1)
    return now + min(pause, LONGEST_RETRY)
