"""How offices write a limit, read without guessing: what is not certain is refused in words. Pure.

`1天`, `4小时`, `２紧急工作时`, `2个工作日内`, `半天`, `立即` … What a bare 天 or 小时 means differs by city (one
sheet writes 天 for 工作日: standards.md 1.5 [L]), so the reader must be told; it never decides by itself.
"""

import re
import unicodedata
from dataclasses import dataclass

from onegrid.kit.worktime import Unit

DAY_UNITS = (Unit.WORK_DAY, Unit.NATURAL_DAY, Unit.URGENT_DAY)
HOUR_UNITS = (Unit.WORK_HOUR, Unit.URGENT_HOUR)
HOURS_A_DAY = {Unit.WORK_DAY: 8, Unit.NATURAL_DAY: 24, Unit.URGENT_DAY: 24}
HALVES = {
    Unit.WORK_DAY: Unit.WORK_HOUR,
    Unit.NATURAL_DAY: Unit.URGENT_HOUR,
    Unit.URGENT_DAY: Unit.URGENT_HOUR,
}
LIMIT_MAX = 3650

# longest first: 紧急工作时 before 工作时 before 时
WORDS: tuple[tuple[str, Unit | str], ...] = (
    ("紧急工作小时", Unit.URGENT_HOUR), ("紧急工作时", Unit.URGENT_HOUR), ("紧急小时", Unit.URGENT_HOUR),
    ("紧急工作日", Unit.URGENT_DAY), ("紧急工作天", Unit.URGENT_DAY),
    ("工作小时", Unit.WORK_HOUR), ("工作时", Unit.WORK_HOUR),
    ("工作日", Unit.WORK_DAY), ("工作天", Unit.WORK_DAY),
    ("自然日", Unit.NATURAL_DAY), ("日历天", Unit.NATURAL_DAY), ("日历日", Unit.NATURAL_DAY),
    ("小时", "hour"), ("钟头", "hour"), ("时", "hour"), ("h", "hour"),
    ("天", "day"), ("日", "day"), ("d", "day"),
)  # fmt: skip
DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
AT_ONCE = ("立即", "立刻", "即时", "马上")
RANGE = re.compile(r"[-–—~～至到]|以上|左右|不少于|大约|约")
NUMBER = re.compile(r"\d+(?:\.\d+)?|[零一二两三四五六七八九十]+|半")


class Unreadable(ValueError):
    """`code`: empty, range, at_once, no_number, no_unit, bare_day, bare_hour, fraction, zero, too_long, unclear."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Meaning:
    """What a bare 天 and a bare 小时 mean in this workbook, and how long 立即 is; None: nobody said."""

    day: Unit | None = None
    hour: Unit | None = None
    at_once: tuple[int, Unit] | None = None


@dataclass(frozen=True)
class Limit:
    """A whole number of a unit, as the tables keep it."""

    value: int
    unit: Unit


def read_limit(text: str, meaning: Meaning = Meaning()) -> Limit:
    """A limit as an office wrote it. Raises Unreadable with the code of what is not certain."""
    plain = _plain(text)
    if not plain:
        raise Unreadable("empty")
    if plain in AT_ONCE or any(plain == word + "处置" for word in AT_ONCE):
        if meaning.at_once is None:
            raise Unreadable("at_once")
        return Limit(*meaning.at_once)
    if RANGE.search(plain):
        raise Unreadable("range")
    number = NUMBER.match(plain)
    if number is None:
        raise Unreadable("no_number")
    unit = _unit(plain[number.end() :], meaning)
    return _whole(number[0], unit)


def spell_limit(value: int, unit: Unit) -> str:
    """The same without doubt, for sheets that are written: what `read_limit` reads back whatever 天 means."""
    words = {Unit.URGENT_HOUR: "紧急工作时", Unit.URGENT_DAY: "紧急工作日", Unit.WORK_HOUR: "工作时",
             Unit.WORK_DAY: "工作日", Unit.NATURAL_DAY: "自然日"}  # fmt: skip
    return f"{value}{words[unit]}"


def _plain(text: str) -> str:
    """Full-width digits and letters become plain ones; spaces, 内 and the like go."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).casefold()
    plain = re.sub(r"^(限时|时限|期限|在|限)[::]?", "", plain)
    return re.sub(r"(之内|以内|内)?(完成|处置|处置完毕|办结|解决)?[。.;;,]*$", "", plain)


def _unit(words: str, meaning: Meaning) -> Unit:
    words = re.sub(r"^[个個]", "", words)
    if not words:
        raise Unreadable("no_unit")
    found = next((unit for word, unit in WORDS if word == words), None)
    if found is None:
        raise Unreadable("unclear")
    if isinstance(found, Unit):
        return found
    told = meaning.day if found == "day" else meaning.hour
    if told is None:
        raise Unreadable("bare_day" if found == "day" else "bare_hour")
    return told


def _whole(number: str, unit: Unit) -> Limit:
    """Halves of days become hours of the same kind; any other fraction is refused."""
    tenths = _tenths(number)
    if tenths == 0:
        raise Unreadable("zero")
    if tenths % 10:
        if unit not in HOURS_A_DAY or tenths * HOURS_A_DAY[unit] % 10:
            raise Unreadable("fraction")
        tenths, unit = tenths * HOURS_A_DAY[unit], HALVES[unit]
    if tenths // 10 > LIMIT_MAX:
        raise Unreadable("too_long")
    return Limit(tenths // 10, unit)


def _tenths(number: str) -> int:
    if number == "半":
        return 5
    if number[0].isdigit():
        whole, _, part = number.partition(".")
        if len(whole) > 6:
            raise Unreadable("too_long")
        part = part.rstrip("0")
        if len(part) > 1:
            raise Unreadable("fraction")
        return int(whole) * 10 + (int(part) if part else 0)
    return _chinese(number) * 10


def _chinese(number: str) -> int:
    """一 to 九十九; anything else that looks like a Chinese number is unclear."""
    tens, ten, ones = number.partition("十")
    if not ten:
        if len(number) != 1:
            raise Unreadable("unclear")
        return DIGITS[number]
    if len(tens) > 1 or len(ones) > 1 or "十" in ones or tens == "零" or ones == "零":
        raise Unreadable("unclear")
    return DIGITS.get(tens, 1) * 10 + DIGITS.get(ones, 0)
