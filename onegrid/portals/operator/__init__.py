"""Pages of those who run the platform: imports, outbox, gallery."""
