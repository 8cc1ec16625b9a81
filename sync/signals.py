"""What other apps may want to hear of; ``workflows`` makes tasks of it."""

from django.dispatch import Signal

both_sides_compared = Signal()
"""``reconciliation`` that has ended (its ``drift`` says how many lines), ``now``; inside the
transaction (B-26)."""

gone_from_quickbooks = Signal()
"""D-31: a difference that only a person can put right in QuickBooks. ``line`` (``Drift``), ``now``;
inside the transaction."""
