"""Accounts: organisations, who signs in and how far they reach, who answers when, what they are told."""
