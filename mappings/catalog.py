"""The catalogue of fields that can be mapped."""
