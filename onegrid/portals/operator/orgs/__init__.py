"""Organisations: the tree, one of them with its history, opening, changing, moving, closing."""
