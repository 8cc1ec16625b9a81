"""Which QuickBooks customer belongs to a HubSpot deal."""
