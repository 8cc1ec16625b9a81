"""How to speak to each vendor: the wire in, frozen records and eight error classes out.

Knows neither Django nor the database: addresses, tokens, limiter and meter are passed in.
"""
