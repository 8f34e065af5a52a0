"""The unified social credit code (统一社会信用代码, GB 32100)."""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def clean_credit_code(text: str) -> str:
    """The code as it is compared: upper case, no blanks or hyphens."""
    return "".join(text.split()).replace("-", "").upper()


def is_credit_code(code: str) -> bool:
    """18 characters, six digits of a division in places 3 to 8, check character by weights modulo 31.

    The first two places (authority, kind) may be letters: codes of rural collectives begin with N2
    (standards.md 7, unverified), which stricter libraries refuse. Proves the form only, not that the unit exists.
    """
    if len(code) != 18 or any(sign not in ALPHABET for sign in code):
        return False
    if not (code[2:8].isascii() and code[2:8].isdigit()):
        return False
    return code[17] == check_character(code[:17])


def check_character(body: str) -> str:
    """The 18th character of the first 17."""
    total = sum(weight * ALPHABET.index(sign) for weight, sign in zip(WEIGHTS, body, strict=True))
    return ALPHABET[(31 - total % 31) % 31]
