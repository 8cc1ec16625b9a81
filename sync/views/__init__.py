"""Pages of sync: how it stands, what it did, what waits, and what an admin chose."""
