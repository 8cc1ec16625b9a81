"""What both imitated vendors share: HTTP on loopback, clock, faults, history."""
