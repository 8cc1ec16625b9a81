"""Forms of connections, people and settings."""
