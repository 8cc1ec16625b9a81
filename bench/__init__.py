"""Measurements against the sandbox: ``make bench`` prints a table and writes ``var/bench.json``."""
