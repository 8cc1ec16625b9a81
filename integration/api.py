"""API of connections."""
