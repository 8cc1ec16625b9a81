"""Linking customers and products to HubSpot objects by hand (B-24, D-06)."""
