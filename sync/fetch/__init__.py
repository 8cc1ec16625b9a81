"""What changed in QuickBooks since the last run, and what a plan needs to know about it."""
