"""Pages of those who run the platform: imports, applications, outbox, gallery."""
