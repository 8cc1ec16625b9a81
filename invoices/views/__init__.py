"""Pages of deals, invoices, drafts and number series."""
