"""What reporters write and where they say it is: invented, varied enough that a search has something to choose."""

from random import Random

from onegrid.demo.names.places import lane_names

LANES = tuple(lane_names(96))
WHERE = (
    "东门", "西门", "南门", "北门", "路口", "公交站旁", "菜市场门口",
    "幼儿园旁边", "小学对面", "地下车库入口", "楼下",
    "单元门口", "河边步道", "停车场", "垃圾站旁", "便利店门前", "健身器材旁", "绿化带里", "天桥下", "工地围挡外",
)  # fmt: skip
WHAT = (
    "出现{matter}的情况", "有{matter}问题", "{matter}，已经好几天了", "{matter}，影响通行",
    "{matter}，老人孩子经过很危险",
    "发现{matter}", "{matter}，麻烦尽快处理", "又{matter}了，上次没弄好", "{matter}，味道很大",
    "{matter}，晚上看不清",
)  # fmt: skip
END = (
    "。",
    "，请处理。",
    "，谢谢。",
    "！",
    "，希望有人管。",
    "，投诉过一次。",
    "，已拍照。",
    "。多户居民反映。",
)
NOTES = {
    "verify": ("现场核实，情况属实。", "属实。", "已到现场查看，属实。"),
    "file": ("", "符合立案条件。"),
    "dispatch": ("", "请按时限处置。"),
    "handle": ("已到现场处理完毕。", "已修复。", "已清理干净。", "已联系责任人整改到位。"),
    "check": ("现场核查，已恢复。", "已处理到位。", ""),
    "close": ("", "谢谢您的反映。"),
    "settle": ("已当场清走。", "当场劝离并整改。"),
    "cancel": ("与前一件重复。", "现场未发现所述问题。", "不属于受理范围。"),
    "return": ("该处由物业公司管理，请改派。", "不属于本单位职责。"),
    "rework": ("仍有问题，请再处理。", "没有修平。"),
}


def report(random: Random, matter: str) -> tuple[str, str]:
    """(text, address)"""
    door = f"{random.choice(LANES)}{random.randrange(180) + 1}号{random.choice(WHERE)}"
    return f"{door}{random.choice(WHAT).format(matter=matter)}{random.choice(END)}", door


def note(random: Random, verb: str) -> str:
    return random.choice(NOTES.get(verb, ("",)))
