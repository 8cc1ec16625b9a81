"""From a snapshot to operations."""
