"""A stateful imitation of HubSpot's and QuickBooks Online's public APIs (own process, no Django)."""
