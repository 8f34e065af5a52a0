"""Shops, firms, schools and other units with a door on the street: found, put on the record, closed."""
