"""Bulletins (公告): what a community or street lets its residents know."""
