"""What a deal says about its invoices together."""
