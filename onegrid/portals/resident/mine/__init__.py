"""My matters: everything that was left with one phone, after a code to it. No account, and never a staff session."""
