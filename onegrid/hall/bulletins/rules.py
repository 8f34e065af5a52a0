"""Limits of a bulletin. Pure."""

TITLE_MAX = 100
BODY_MAX = 6000
PINNED_SHOWN = 5  # at the top of the board
