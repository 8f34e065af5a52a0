"""Duties: the week's roster, one area's duties with their history, leaves and covers."""
