"""Catalogue (类目与标准): classes of matters, filing standards, stage limits, who is responsible for what."""
