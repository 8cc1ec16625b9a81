"""What other apps may want to hear of connections and vendor calls."""

from django.dispatch import Signal

reads_counted = Signal()
"""B-27. ``portal`` that made metered reads, ``standing`` of the month (``budget.Standing``), ``now``."""

company_settings_changed = Signal()
"""``company`` whose ``before`` is ``after`` now (values by name, those that differ), ``now``. Inside the
transaction."""
