"""Blockers and warnings of a draft invoice."""
