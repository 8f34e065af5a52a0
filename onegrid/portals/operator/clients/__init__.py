"""Applications: letting them in, a new key, shutting them out."""
