"""People and accounts: the list, one of them, taking on (also from Excel), posts, roles, passwords, leaving."""
