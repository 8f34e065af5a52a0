"""The private PostgreSQL cluster under var/."""
