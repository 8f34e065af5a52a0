"""Compounds: put on the record from the address tree, their doors, and who manages them from when on."""
