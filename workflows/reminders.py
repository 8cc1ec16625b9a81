"""Which reminder is due when."""
