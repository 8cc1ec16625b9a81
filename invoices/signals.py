"""What other apps may want to hear of; ``workflows`` makes tasks of it."""

from django.dispatch import Signal

total_differs = Signal()
"""D-11. ``invoice``, ``actual`` and ``expected`` (texts), ``now``; inside the transaction."""
