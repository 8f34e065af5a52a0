"""What in a report's own words says who somebody is, hidden before it goes to a system of others. Pure.

Chinese marks neither where a name begins nor where it ends, so this is rules and a list of surnames: it hides some
words too many, and a name that nothing introduces goes through. What that means: docs/connectors.md.
"""

import re
from collections.abc import Sequence

HIDDEN = "***"

# A telephone, an identity number (GB 11643), a bank card: digits that nobody needs for handling a matter. A place
# and a house number are shorter.
_DIGITS = re.compile(r"(?<![0-9A-Za-z])\d[\d\- ]{5,20}[\dXx](?![0-9A-Za-z])")
# The same spoken digit by digit: 一三八…, 幺三八….
_SPOKEN = re.compile(r"[零〇一二三四五六七八九幺]{7,20}")

_CALLED = (
    "先生|女士|小姐|太太|老师|师傅|大爷|大妈|大娘|大伯|大叔|大姐|大哥|阿姨|叔叔|爷爷|奶奶|同志|老人|某某|某"
)
_TWO = (
    "欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯", "司徒", "宇文", "长孙",
)  # fmt: skip
# Surnames that most people have, without those that end other words before a title (保安叔叔 is nobody called 安).
_ONE = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范廖贾韦付邹孟熊秦邱侯薛阎雷龙段郝孔邵史毛贺顾赖武康严尹钱施牛洪龚汤陶黎翟倪俞章鲁葛毕聂焦柳邢岳齐梅莫庄辛管祝"
    "左涂穆耿牟卜詹纪舒屈项"
)
_SURNAME = f"(?:{'|'.join(_TWO)}|[{_ONE}])"
_CALLED_BY_SURNAME = re.compile(rf"[老小]?{_SURNAME}({_CALLED})")
_INTRODUCED = re.compile(
    r"((?:我|名|他|她|人)叫|姓名[:：是为]|联系人[:：是为]|报料人[:：是为]|户主[:：是为叫]|(?:本人|房东|邻居)姓名)"
    r"\s*([\u4e00-\u9fff]{2,3})"
)
# 邻居王小明在…, 业主李强家…: somebody of a kind, a surname, one or two more, then how a sentence goes on.
_KINDS = "邻居|隔壁|房东|租客|租户|业主|住户|户主|老板|店主|摊主|车主|司机|当事人|村民|居民|经理|保安|队长"
_GOES_ON = r"[家的在把将等说和与及已又也正常总每曾没不从往向对给被让，。、；：！？,.;:!?\s]|$"
_OF_A_KIND = re.compile(rf"({_KINDS})((?:{'|'.join(_TWO)}|[{_ONE}])[\u4e00-\u9fff]{{1,2}}?)(?={_GOES_ON})")


def without_numbers(text: str) -> str:
    """The report with whatever looks like somebody's number hidden: 7 digits and more, also written as words."""

    def hidden(found: re.Match[str]) -> str:
        digits = sum(sign.isdigit() for sign in found[0])
        return HIDDEN if digits >= 7 else found[0]

    return _SPOKEN.sub(HIDDEN, _DIGITS.sub(hidden, text))


def without_names(text: str, known: Sequence[str]) -> str:
    """Known names hidden, whole or by surname with how one is addressed; whoever else is addressed by surname,
    introduced by name, or named after what he is (邻居王小明). Any other name cannot be told from other words."""
    for name in (one.strip() for one in known):
        if len(name) < 2:
            continue
        whole = r"\s*".join(re.escape(sign) for sign in name if not sign.isspace())
        edge = (r"(?<![A-Za-z])", r"(?![A-Za-z])") if name.isascii() else ("", "")
        text = re.sub(edge[0] + whole + edge[1], HIDDEN, text, flags=re.IGNORECASE)
        if "\u4e00" <= name[0] <= "\u9fff":
            surname = name[:2] if name[:2] in _TWO else name[0]
            text = re.sub(rf"[老小]?{surname}({_CALLED})", rf"{HIDDEN}\1", text)
    text = _INTRODUCED.sub(rf"\1{HIDDEN}", text)
    text = _OF_A_KIND.sub(rf"\1{HIDDEN}", text)
    return _CALLED_BY_SURNAME.sub(rf"{HIDDEN}\1", text)
