"""Pages of connections, people and settings."""
