"""What the settings allow a run to do."""
