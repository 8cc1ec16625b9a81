"""The operations a plan consists of."""
