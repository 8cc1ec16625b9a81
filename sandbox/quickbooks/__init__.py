"""QuickBooks Online's OAuth and v3 Accounting API, imitated from its wire reference."""
