"""Names and phones of people who do not exist.

Family names and given characters are put together at random. Phones begin with 000: no Chinese number does, so
nobody can be called by mistake (`not_dialable` says why).
"""

import re

import numpy as np

_FAMILY = tuple(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
)
_WEIGHT = np.array([1.0 / (rank + 4) for rank in range(len(_FAMILY))])
_GIVEN = tuple(
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰红建国志文海波云峰晓燕春梅秀珍宁鑫宇浩然欣怡子涵雨泽思源"
    "佳琪嘉诚立新永康庆丰学东兴旺长林德厚守信乐天一凡书瑶若溪景行知远安澜映月望舒采薇承泽沐阳"
)


class PeopleNames:
    """Two- and three-character names; one may come twice, as in life."""

    def __init__(self, random: np.random.Generator) -> None:
        self.random = random

    def name(self) -> str:
        family = _FAMILY[int(self.random.choice(len(_FAMILY), p=_WEIGHT / _WEIGHT.sum()))]
        length = 1 if self.random.random() < 0.2 else 2
        return family + "".join(_GIVEN[int(i)] for i in self.random.integers(len(_GIVEN), size=length))


def phone(number: int) -> str:
    """The `number`-th invented phone, 000-0000-0001 and on."""
    if not 0 < number < 10**8:
        raise ValueError(f"phones are numbered 1 to 99999999: {number}")
    return f"000-{number // 10_000:04d}-{number % 10_000:04d}"


def not_dialable(text: str) -> bool:
    """Whether the digits can be no number of the Chinese network: mobiles begin with 1, area codes with 0 and 1-9."""
    digits = re.sub(r"\D", "", text)
    return digits.startswith("000") and len(digits) == 11
