"""What hangs on the boards of the street: bulletins, activities, answers, and questions that wait. Invented."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BulletinPlan:
    """`community`: its name, or "" for the whole street; `days_ago` it was put up, `days` it stays (0: no end)."""

    title: str
    body: str
    community: str = ""
    days_ago: int = 1
    days: int = 0
    pinned: bool = False


@dataclass(frozen=True)
class RequestPlan:
    """A request about what is kept with a phone. `kind`: correction or deletion; no `answer`: it waits."""

    kind: str
    days_ago: int
    words: str
    name: str = ""
    answer: str = ""
    grant: bool = True


@dataclass(frozen=True)
class ActivityPlan:
    """`in_days` it begins, at `hour`, for `hours`; `coming`: people who signed up already."""

    title: str
    body: str
    place: str
    community: str
    in_days: int
    hour: int
    hours: int
    capacity: int | None
    coming: int = 0


BULLETINS = (
    BulletinPlan(
        "今冬首场寒潮：请检查室外水管与阳台花盆",
        "气象部门预报周末最低气温零下六度。请各家包好室外水管、水表，收好阳台外沿的花盆。\n\n独居老人需要帮忙的，请拨打社区工作站电话，网格员上门查看。",
        days_ago=1, days=10, pinned=True,
    ),
    BulletinPlan(
        "云桥社区：周五上午停水检修",
        "因供水管网检修，本周五 8:30 至 12:00 云桥社区第1至第4网格停水，请提前储水。恢复供水后请先放一会儿水再使用。",
        community="云桥社区", days_ago=0, days=5,
    ),
    BulletinPlan(
        "电动自行车集中充电点启用，楼道内禁止充电",
        "街道新建的 36 处集中充电点已全部启用。请勿将电动自行车或蓄电池带入楼道、电梯和家中充电。\n\n"
        "充电点位置请询问网格员。",
        days_ago=6, pinned=False,
    ),
    BulletinPlan(
        "生活垃圾分类投放时间调整",
        "自下月起，各投放点开放时间为早 6:30 至 9:00、晚 18:00 至 20:30。误时投放请到社区指定的误时点。",
        days_ago=9,
    ),
    BulletinPlan(
        "柳浪社区：老旧小区外墙修缮公示",
        "拟对三个老旧小区外墙进行修缮，方案在社区工作站公示七日。有意见可在“问答”中提出，或到工作站登记。",
        community="柳浪社区", days_ago=3, days=7,
    ),
    BulletinPlan(
        "网格调整说明：边界有变，网格员不变",
        "部分网格边界已按道路重新划定。您家所在网格和负责的网格员，可在“谁负责我的网格”中查询。",
        days_ago=20,
    ),
)  # fmt: skip

ACTIVITIES = (
    ActivityPlan(
        "社区义诊：测血压、测血糖", "街道卫生服务中心的医生到社区坐诊，请空腹前来。老人和慢性病患者优先。",
        "云桥社区党群服务中心一楼", "云桥社区", 3, 8, 3, 60, 17,
    ),
    ActivityPlan(
        "亲子读书会", "带孩子一起读绘本，适合四到八岁。每个家庭一位家长陪同。", "书院社区图书室", "书院社区",
        5, 9, 2, 20, 20,
    ),
    ActivityPlan(
        "邻里维修日：小家电免费修", "志愿者免费修电扇、台灯、电饭锅，自行车补胎。请带好坏的物件。", "柳浪社区小广场",
        "柳浪社区", 9, 14, 3, None, 6,
    ),
    ActivityPlan(
        "消防逃生演练", "街道消防站带大家演练灭火器使用和楼道逃生，演练时会有烟雾，请不要惊慌。", "青杨社区篮球场",
        "青杨社区", 12, 10, 2, 100, 23,
    ),
)  # fmt: skip

ANSWERS = (
    (
        "居住证怎么办理？",
        "带上身份证、租房合同或房产证、一寸照片，到社区工作站登记。登记满半年可以领取居住证，办理不收费。",
        "暂住证 居住登记",
    ),
    (
        "老年优待证怎么办？",
        "年满六十五周岁，持身份证和一寸照片到社区工作站当场办理。行动不便的，网格员可以上门代办。",
        "老年卡 敬老卡",
    ),
    (
        "路灯不亮、井盖坏了找谁？",
        "请用“随手拍”上报，写明位置。紧急的（井盖缺失、电线裸露）请同时拨打街道值班电话。",
        "维修 报修",
    ),
    ("垃圾几点可以投放？", "早 6:30 至 9:00、晚 18:00 至 20:30。其他时间请到社区的误时投放点。", "分类 扔垃圾 时间"),
    (
        "邻居装修噪声太大怎么办？",
        "哪些时段不得进行有噪声的装修，以本地规定为准。先和物业联系，物业劝阻无效时请上报。",
        "扰民 施工 噪音",
    ),
    (
        "孩子怎么申请小区附近的小学？",
        "每年六月在区教育部门的平台上报名，需要户口簿和住房证明。学区划分以当年公告为准。",
        "入学 学区",
    ),
    (
        "低保怎么申请？",
        "由户主向社区工作站提出书面申请，街道在受理后入户核查并公示。材料清单可在工作站领取。",
        "最低生活保障 困难",
    ),
    ("小区停车位怎么登记？", "由物业登记发放，先到先得；业主大会另有约定的按约定。有争议可请社区调解。", "车位 停车"),
)  # fmt: skip

QUESTIONS = (
    ("云桥社区", "老年食堂中午几点开始打饭？不是本社区的老人能去吃吗？", ""),
    ("云桥社区", "想问一下家里装了充电桩，要不要去哪里备案？", ""),
    ("书院社区", "图书室周末开门吗？", "图书室周六、周日 9:00 至 17:00 开放，周一闭馆。"),
)

DATA_REQUESTS = (
    RequestPlan("correction", 2, "报名时姓名写错了一个字，请更正。", name="王秋芸"),
    RequestPlan("deletion", 11, "我已搬离本街道，请删除我的姓名和电话。"),
    RequestPlan("correction", 6, "名字登记成了同音字。", name="张慧敏", answer="已核对并更正。"),
    RequestPlan("deletion", 8, "请删除。", answer="活动尚未举行，如仍需删除请先取消报名。", grant=False),
)
