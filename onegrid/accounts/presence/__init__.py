"""Presence (在岗): who has signed on to duty, since when, and, only while it lasts, where."""
