"""Traces of HubSpot's own QuickBooks app, looked for at connect and on demand (D-33)."""
