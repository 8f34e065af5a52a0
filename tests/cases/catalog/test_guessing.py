"""Plain sentences → the class among the first three; and what the guesser says of its reasons."""

import pytest

from onegrid.cases.catalog.guessing import Guesser, Source, terms
from onegrid.cases.catalog.shipped import content

# Sentences as people write them, none of them a name of the catalogue; a code more where two classes are right.
SENTENCES = [
    ("小区门口的垃圾堆了三天没人来收，臭得很", "06010 06011"),
    ("路口那个垃圾桶满了，垃圾都掉到地上了", "06042"),
    ("人民路上有个大坑，骑车差点摔了", "06013"),
    ("我家楼下的路灯坏了一个星期，晚上黑漆漆的", "01037"),
    ("马路边的井盖松了，车一压就响", "01023"),
    ("一下雨下水道就堵，水漫到店里来", "01004"),
    ("楼下广场舞音响太吵，孩子没法写作业", "06028"),
    ("半夜两点工地还在打桩", "08001"),
    ("对面工地不洒水，灰尘飘得到处都是", "08004"),
    ("有人在楼道口贴满了开锁的小卡片广告", "07001"),
    ("人行道上停满了汽车，老人只能走马路", "09009"),
    ("电动车乱停，把单元门堵死了", "09010"),
    ("共享单车倒了一地没人管", "09011"),
    ("消防通道被私家车占了", "09012"),
    ("校门口好多小贩摆摊卖吃的，堵车", "09001"),
    ("水果店把货摆到人行道上来了", "09005 09006"),
    ("楼上邻居在楼顶搭了个铁皮房", "06001"),
    ("有人在绿地里烧树叶，烟很大", "06020"),
    ("楼下饭店油烟直往我家窗户里灌", "06027"),
    ("洗车店的脏水直接倒在马路上", "06030"),
    ("桥上结冰了，好几个人摔倒", "10001"),
    ("电线掉下来挂在半空中，很危险", "10002"),
    ("大风把路边的树刮倒了", "04002"),
    ("公厕没人打扫，水龙头也坏了", "03001"),
    ("盲道上的砖碎了好几块", "06051"),
    ("公园里的健身器材断了", "01046"),
    ("楼道里堆满了纸箱杂物", "06036"),
    ("路面上全是泥，也没人扫", "06012"),
    ("路边有只死猫", "06037"),
    ("有人扔了个旧沙发在路口", "06035"),
    ("邻居在院子里养鸡，天天打鸣", "06038"),
    ("晚上一群人在路边烤串，烟味很大", "06029"),
    ("There is a big pothole in front of my house", "06013"),
    ("The trash has not been picked up for days and smells", "06010 06011"),
    ("The bin at the bus stop is overflowing", "06042"),
    ("Street light is out since Monday", "01037"),
    ("A manhole cover is missing on the corner", "01023"),
    ("The drain is blocked and the street floods", "01004"),
    ("Loud music every night, we cannot sleep", "06028"),
    ("Cars are parked on the sidewalk", "09009"),
    ("Somebody parked in front of the fire engine access", "09012 09009"),
    ("Shared bikes are lying all over the pavement", "09011"),
    ("Icy road, people are falling", "10001"),
    ("A cable is hanging over the street", "10002"),
    ("A tree fell onto the road after the storm", "04002"),
    ("Men burning leaves behind the school", "06020"),
    ("The public toilet is dirty", "03001"),
    ("Posters and stickers on every wall", "07001"),
    ("They dump waste water into the gutter", "06030"),
    ("Dust from the building site comes into our rooms", "08004"),
]
# Written after the guesser and its synonyms: what a stranger's words may expect. One miss led to a change of the
# weighting, which left the count as it was.
UNSEEN = [
    ("楼前绿化带里到处是塑料袋和烟头", "06017"),
    ("巷子里的墙被涂得乱七八糟", "06004 07001"),
    ("渣土车一路掉泥土石子", "06014 08011 08012"),
    ("河里漂着好多垃圾", "06025 06026"),
    ("阳台上挂着床单滴水到街上", "06007"),
    ("小区装了地锁抢车位", "06040"),
    ("花坛被人改成菜地了", "06045"),
    ("招牌快掉下来了", "07006 07003"),
    ("下水井冒污水到街上", "06030 01001 01002 01004"),
    ("麻将馆半夜还很吵", "06028"),
    ("路沿石断了一截", "06050"),
    ("有人在街上发传单", "07002"),
    ("废品站把纸板堆到路边", "09004 06036"),
    ("夜市收摊后一地油污", "09002 06012"),
    ("轮椅坡道碎了上不去", "06052 09019"),
    ("There is a dead dog on the road", "06037"),
    ("Someone keeps chickens in the yard", "06038"),
    ("The shop puts its goods on the pavement", "09005 09006"),
    ("Old mattress dumped at the corner", "06035"),
    ("An abandoned car has stood here for months", "06034"),
    ("The playground equipment is broken", "01046"),
    ("River smells and the water is black", "06025 06026"),
    ("Truck lost sand all over the road", "06014 08011"),
    ("Trees have bugs all over the leaves", "06021"),
    ("Someone cut down the old tree without permission", "06022"),
]
HITS_NEEDED = 0.9  # of the sentences, among the first three


@pytest.fixture(scope="module")
def guesser() -> tuple[Guesser, dict[int, str]]:
    """The shipped catalogue as the database would give it, without a database."""
    classes = [one for one in content()["classes"] if one["kind"] == "event"]
    components = {one["code"]: one for one in content()["classes"] if one["kind"] == "component"}
    sources = {}
    for key, one in enumerate(classes):
        rows = [*one.get("standards", []), *components.get(one.get("fault_of", ""), {}).get("standards", [])]
        sources[key] = Source(
            (one["name"], one["name_en"], one.get("plain_name", ""), one.get("plain_name_en", "")),
            tuple(words for row in rows for words in (row["filing_condition"], row["filing_condition_en"])),
            bool(one.get("plain_name")),
        )
    return Guesser(sources), {key: one["code"] for key, one in enumerate(classes)}


def places(guesser, sentences=SENTENCES) -> list[int]:
    """Where the right class stood, from 1; 0 when not among the first three."""
    found = []
    for sentence, codes in sentences:
        answers = [guesser[1][guess.key] for guess in guesser[0].guesses(sentence, 3)]
        found.append(next((n for n, code in enumerate(answers, 1) if code in codes.split()), 0))
    return found


def test_plain_sentences_find_their_class(guesser):
    found = places(guesser)
    missed = [sentence for (sentence, _codes), place in zip(SENTENCES, found, strict=True) if not place]
    assert len(missed) <= len(SENTENCES) * (1 - HITS_NEEDED), missed


def test_unseen_sentences_are_found_less_often_but_mostly(guesser):
    assert sum(place > 0 for place in places(guesser, UNSEEN)) >= 16  # 17 of 25 when written


def test_confidence_and_reason(guesser):
    best, *others = guesser[0].guesses("路口垃圾桶满了", 3)
    assert 0 < best.confidence <= 1 and all(best.confidence >= other.confidence for other in others)
    assert best.words == ("垃圾桶满",)
    (lamp, *_others) = guesser[0].guesses("The Street Light is out", 1)
    assert {"street", "light"} & set(" ".join(lamp.words).split())


@pytest.mark.parametrize("text", ["", "。。。", "the of", "的了吗", "x" * 5000, "\x00"])
def test_nothing_said_nothing_suggested(guesser, text):
    assert guesser[0].guesses(text, 3) == []


def test_terms_leave_silent_signs_out():
    assert "的路" not in terms("门口的路灯") and terms("门口的路灯")["路灯"] == 1.0
    assert set(terms("overflowing bins")) == {"overflow", "bin"}
