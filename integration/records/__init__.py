"""Vendor-neutral records: frozen values that the gateways return and everything above reasons with.

Pure: no Django, no network, no clock. ``raw`` keeps the vendor's own JSON (Decimals for numbers).
"""
