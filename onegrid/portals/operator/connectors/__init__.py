"""Connecting outside systems."""
