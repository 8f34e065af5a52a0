"""Names of communities, lanes, compounds, shops and firms, made from word lists."""

from itertools import islice, product

import numpy as np

CITY, DISTRICT, STREET, NEIGHBOUR_STREET = "示例市", "东岭区", "云桥街道", "清河街道"
NEIGHBOUR_COMMUNITY = "清河湾社区"

# North to south, in each row west to east: as the nine quarters between the arterials lie.
COMMUNITIES = (
    "知新社区", "书院社区", "文津社区",
    "柳浪社区", "云桥社区", "青杨社区",
    "西园社区", "稻香社区", "东园社区",
)  # fmt: skip

_LANE_FIRST = (
    "杏花", "桂香", "槐荫", "石榴", "海棠", "丁香", "紫藤", "梧桐", "银杏", "玉兰", "竹影", "松风", "荷塘", "芦花",
    "百草", "磨坊", "油坊", "染坊", "纸坊", "铁匠", "更楼", "古井", "辘轳", "月牙",
)  # fmt: skip
_LANE_LAST = ("巷", "东巷", "西巷", "北巷")


def lane_names(count: int) -> list[str]:
    """Different names for lanes, always in the same order."""
    return [first + last for last, first in islice(product(_LANE_LAST, _LANE_FIRST), count)]


_COMPOUND_FIRST = (
    "锦溪", "翠庭", "望云", "听澜", "枕溪", "兰亭", "桐语", "栖霞", "沐春", "清晖", "怡和", "安泰", "和润", "丰泽",
    "瑞祥", "永宁", "嘉禾", "春晓", "秋澄", "映荷", "临溪", "向阳", "朝晖", "明德", "崇文", "润泽", "雅筑", "碧桐",
    "逸景", "康宁", "福满", "顺和", "新苑", "景澜", "悦溪", "书香", "学府", "松鹤", "云栖", "汀兰", "溪畔", "晴川",
)  # fmt: skip
_COMPOUND_LAST = {
    "low": ("里", "胡同", "大院"),
    "walkup": ("小区", "新村", "家园", "宿舍区", "花园"),
    "slab": ("苑", "花园", "雅居", "家园"),
    "high": ("华庭", "府", "名邸", "苑"),
    "tower": ("公馆", "国际", "中心", "华府"),
}


class CompoundNames:
    """Gives every compound a name of its own that fits how it is built."""

    def __init__(self, random: np.random.Generator) -> None:
        self.random, self.given = random, set[str]()

    def name(self, style: str) -> str:
        lasts = _COMPOUND_LAST[style]
        while True:
            first = _COMPOUND_FIRST[int(self.random.integers(len(_COMPOUND_FIRST)))]
            name = first + lasts[int(self.random.integers(len(lasts)))]
            if name not in self.given:
                self.given.add(name)
                return name


_SHOP_FIRST = (
    "好邻", "老街坊", "福来", "顺心", "百味", "家家", "春满",
    "金穗", "喜乐", "同心", "小满", "谷雨", "芒种", "一碗香",
    "暖冬", "青瓦", "木棉", "云朵", "半亩", "三味", "四季",
    "五谷", "七彩", "阿禾", "阿谷", "麦田", "橘子", "石榴红",
    "晨光里", "溪边", "桥头", "渡口", "巷口", "拐角", "南窗",
    "东篱", "西厢", "北岸", "知味", "万顺", "裕丰", "德润",
)  # fmt: skip
# kind of establishment, what it sells, weight
TRADES = (
    ("shop", "便利店", 12), ("shop", "超市", 6), ("shop", "水果店", 6), ("shop", "药店", 5), ("shop", "五金店", 4),
    ("shop", "理发店", 6), ("shop", "母婴用品店", 3),
    ("shop", "文具店", 3), ("shop", "花店", 2), ("shop", "服装店", 5),
    ("shop", "手机维修店", 3), ("shop", "眼镜店", 2),
    ("shop", "烟酒店", 4), ("shop", "粮油店", 3), ("shop", "洗衣店", 2),
    ("shop", "汽车美容店", 3), ("shop", "房产中介", 3), ("shop", "快递驿站", 4), ("shop", "宠物店", 1),
    ("restaurant", "面馆", 6), ("restaurant", "饺子馆", 4),
    ("restaurant", "早餐店", 6), ("restaurant", "家常菜馆", 5),
    ("restaurant", "火锅店", 3), ("restaurant", "烧烤店", 3),
    ("restaurant", "包子铺", 4), ("restaurant", "烘焙坊", 3),
    ("restaurant", "茶饮店", 4), ("hotel", "宾馆", 1), ("hospital", "口腔诊所", 2), ("hospital", "中医诊所", 1),
    ("firm", "装饰设计工作室", 2), ("firm", "图文广告部", 2), ("firm", "财税咨询部", 1), ("other", "棋牌室", 1),
    ("other", "健身房", 2), ("other", "培训中心", 3),
)  # fmt: skip
_WORKS_FIRST = (
    "云岭",
    "东桥",
    "长禾",
    "远拓",
    "启明",
    "恒岳",
    "中禾",
    "金桥头",
    "北溪",
    "华梧",
    "新泽",
    "百炼",
    "群力",
    "宏图岭",
)
_WORKS_LAST = (
    "纺织",
    "食品",
    "机械",
    "包装",
    "五金制品",
    "新材料",
    "物流",
    "电子元件",
    "家具",
    "印务",
    "仪表",
    "农产品加工",
)


class TradeNames:
    """Names of shops and firms; the district in front marks them as invented (东岭区 does not exist)."""

    def __init__(self, random: np.random.Generator) -> None:
        self.random, self.given = random, set[str]()
        weights = np.array([t[2] for t in TRADES], dtype=float)
        self.share = weights / weights.sum()

    def shop(self) -> tuple[str, str]:
        """(kind, name) of a unit on a street."""
        while True:
            kind, trade, _ = TRADES[int(self.random.choice(len(TRADES), p=self.share))]
            name = _SHOP_FIRST[int(self.random.integers(len(_SHOP_FIRST)))] + trade
            if name not in self.given or self.random.random() < 0.15:
                self.given.add(name)
                return kind, name

    def works(self) -> str:
        """A firm in an industrial park."""
        while True:
            first = _WORKS_FIRST[int(self.random.integers(len(_WORKS_FIRST)))]
            last = _WORKS_LAST[int(self.random.integers(len(_WORKS_LAST)))]
            name = f"{CITY}{first}{last}有限公司"
            if name not in self.given:
                self.given.add(name)
                return name
