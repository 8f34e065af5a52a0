"""Staff: what every signed-in member of staff has – sign-in, home, inbox, account, map."""
