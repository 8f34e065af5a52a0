"""Cases: one path from any report to a closed, provable case."""
