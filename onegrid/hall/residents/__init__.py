"""Residents (居民) as far as they are known: by a phone that they showed to be theirs, for an hour."""
