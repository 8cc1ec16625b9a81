"""The five invoice properties of a deal."""
