"""Importing areas: upload → preview → report with map → confirm → done."""
