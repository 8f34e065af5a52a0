"""What a person without the need to know sees instead: enough to recognise, not enough to use. Pure text."""

import re

STAR = "*"


def mask_phone(phone: str | None) -> str:
    """138****0000; land lines keep the area code's first digits and the last two; short numbers vanish whole."""
    text = (phone or "").strip()
    digits = re.sub(r"\D", "", text)
    if len(digits) == 13 and digits.startswith("861"):
        digits = digits[2:]
    if len(digits) < 7:
        return STAR * len(digits)
    head, tail = (3, 4) if len(digits) >= 11 else (2, 2)
    return digits[:head] + STAR * (len(digits) - head - tail) + digits[-tail:]


def mask_name(name: str | None) -> str:
    """张**: the first character, then two stars whatever the length, so that length tells nothing."""
    text = (name or "").strip()
    return text[:1] + STAR * 2 if text else ""


def mask_citizen_id(number: str | None) -> str:
    """The first three and the last two characters: neither the whole birth date nor the whole division is left."""
    text = (number or "").strip()
    if len(text) < 8:
        return STAR * len(text)
    return text[:3] + STAR * (len(text) - 5) + text[-2:]


def mask_plate(plate: str | None) -> str:
    """京A****5: province and office, and the last character."""
    text = (plate or "").strip()
    if len(text) < 5:
        return STAR * len(text)
    return text[:2] + STAR * 4 + text[-1]


def mask_address(address: str | None) -> str:
    """Up to the street, road or community; building, unit and room are hidden. Without such a word a third stays."""
    text = (address or "").strip()
    if not text:
        return ""
    known = re.match(r".*?(?:街道|镇|乡|社区|村|路|街|大道|巷)", text)
    keep = known.end() if known and known.end() < len(text) else len(text) // 3
    return text[:keep] + STAR * 4
