"""How an area is found by what people type: its pinyin, whole and as initials."""


def pinyin_of(name: str) -> str:
    """云桥街道 → "yunqiaojiedao yqjd"."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415  its dictionaries cost 0.7 s, and few processes name

    return f"{''.join(lazy_pinyin(name))} {''.join(lazy_pinyin(name, style=Style.FIRST_LETTER))}".lower()
