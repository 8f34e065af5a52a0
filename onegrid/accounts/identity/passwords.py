"""First passwords: made here, told once to whoever opens the account, changed at the first sign-in."""

import secrets

SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are taken for one another when read aloud or off paper
LENGTH = 12


def first_password() -> str:
    """Three groups of four signs, such as "k7mw-pq3x-9ztd": 59 bits."""
    drawn = "".join(secrets.choice(SIGNS) for _sign in range(LENGTH))
    return "-".join(drawn[begin : begin + 4] for begin in range(0, LENGTH, 4))
