"""What other apps may want to hear of; ``workflows`` makes tasks of it."""

from django.dispatch import Signal

both_sides_compared = Signal()
"""``reconciliation`` that has ended (its ``drift`` says how many lines), ``now``; inside the
transaction (B-26)."""

gone_from_quickbooks = Signal()
"""D-31: a difference that only a person can put right in QuickBooks. ``line`` (``Drift``), ``now``;
inside the transaction."""

run_undone = Signal()
"""D-31: ``undo`` has put back ``held`` records, which now differ from QuickBooks; ``now``. Inside the
transaction."""

records_released = Signal()
"""D-31: ``undo`` (None: several) has no held record any more; ``company``, ``now``. Inside the
transaction."""

differences_fixed = Signal()
"""``reconciliation`` of which no line is open any more, ``now``; inside the transaction."""
