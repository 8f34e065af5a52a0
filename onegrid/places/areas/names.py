"""How an area is found by what people type: its pinyin, whole and as initials."""

from pypinyin import Style, lazy_pinyin


def pinyin_of(name: str) -> str:
    """云桥街道 → "yunqiaojiedao yqjd"."""
    return f"{''.join(lazy_pinyin(name))} {''.join(lazy_pinyin(name, style=Style.FIRST_LETTER))}".lower()
