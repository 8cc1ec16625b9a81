"""One run of a company, and one refresh of a deal: fetch, mirror, plan, apply, remember."""
