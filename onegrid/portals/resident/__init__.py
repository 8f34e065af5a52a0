"""Residents (居民通): report, follow, see who answers. Works without an account and without script."""
