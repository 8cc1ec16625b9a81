"""Carrying out operations in HubSpot, a hundred at a time, and remembering how each ended."""
