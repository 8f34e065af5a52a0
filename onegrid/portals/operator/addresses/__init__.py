"""Addresses: finding one, what lies inside it, former names, opening, renaming, closing."""
