"""What other apps may want to hear of; ``workflows`` makes tasks of it."""

from django.dispatch import Signal

total_differs = Signal()
"""D-11. ``invoice``, ``actual`` and ``expected`` (texts), ``now``; inside the transaction."""

approval_asked = Signal()
"""D-15. ``request`` (``ApprovalRequest``), ``now``; inside the transaction."""

approval_decided = Signal()
"""``request`` as it stands now, ``now``: approved, rejected or withdrawn; inside the transaction."""

policy_loosened = Signal()
"""``company``, ``person``, ``now``: less waits for approval than before (D-15)."""

number_gap = Signal()
"""``reservation`` that became a gap in a series which allows none (D-12), ``now``."""

gaps_explained = Signal()
"""``company`` whose last open gap was explained, ``person``, ``now``."""

mail_trouble = Signal()
"""D-17, E-05. An invoice's mail was not sent or came back: ``invoice``, ``code`` and ``parameters``
of ``integration.messages``, ``now``; inside the transaction."""

mail_went_out = Signal()
"""``invoice``, ``now``: what ``mail_trouble`` told of it is settled."""

won_draft_made = Signal()
"""E-01. ``draft`` of a won deal, ``person`` whose it is, ``now``; inside the transaction."""

won_without_draft = Signal()
"""``company``, ``deal`` (``DealRef``) that nobody may draft an invoice for, ``now``."""

won_again = Signal()
"""``company``, ``deal`` won once more after its invoice or draft was given up, ``now``."""

deal_owner_changed = Signal()
"""E-02. ``deal`` whose owner in HubSpot is another one now, ``before`` (owner id), ``now``."""
