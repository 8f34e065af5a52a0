"""Duties (值守责任): who covers which grid in which time, and who answers for it now."""
