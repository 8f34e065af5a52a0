"""Facilities of compounds: components that stand in one, their upkeep and inspections."""
