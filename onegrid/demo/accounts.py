"""The accounts a visitor may try, one for each role, and what to try first with each."""

from dataclasses import dataclass

PASSWORD = "OneGrid-2026"  # printed at every start of the demo; no other account of the demo can sign in


@dataclass(frozen=True)
class DemoAccount:
    username: str
    role: str  # 中文
    role_en: str
    first: str
    first_en: str


ACCOUNTS = (
    DemoAccount(
        "worker", "网格员", "Grid worker",
        "今日任务里核实一件上报", "Look at a report on site, and verify it",
    ),
    DemoAccount("head", "网格长", "Grid head", "看本网格的人和事", "See the people and matters of the grid"),
    DemoAccount(
        "clerk", "社区工作人员", "Community clerk",
        "看案件列表，在地图上看谁负责", "The list of cases; on the map, who answers where",
    ),
    DemoAccount("acceptor", "受理员", "Acceptance clerk", "接听来电、代录上报", "Take down a report by phone"),
    DemoAccount(
        "shift", "值班长", "Shift leader",
        "立案、结案", "Accept verified reports as cases (file), close them",
    ),
    DemoAccount("dispatcher", "派遣员", "Dispatcher", "把案件派给责任单位", "Send a case to the unit that must act"),
    DemoAccount(
        "officer", "处置人员（市政）", "Department officer (municipal works)",
        "处置并反馈", "Handle a case and report back",
    ),
    DemoAccount(
        "bureau", "处置人员（区人社局）", "Department officer (social security)",
        "街道吹哨后签收、报到、办结", "Answer a whistle: the street calls, departments come",
    ),
    DemoAccount("district", "区级督导员", "District supervisor", "裁定拒哨", "Decide on a whistle that was refused"),
    DemoAccount("leader", "街道领导", "Leader of the street", "看全街道地图和案件", "The whole street on the map"),
    DemoAccount(
        "property", "物业人员", "Property clerk",
        "看派给本单位的案件和报修", "Cases and repairs of the firm's compounds",
    ),
    DemoAccount(
        "data", "数据管理员", "Data officer",
        "导入网格边界、立案标准", "Import borders of grids, and standards for filing",
    ),
    DemoAccount(
        "operator", "平台管理员", "Platform operator",
        "平台运行状况、开通街道", "Health of the platform, setting up a street",
    ),
    DemoAccount("developer", "应用开发者", "App developer", "打开 /api/v1/openapi.json", "Open /api/v1/openapi.json"),
    DemoAccount(
        "neighbour", "清河街道网格员", "Worker of another street",
        "打开云桥街道的页面得到 404", "Pages of this street answer 404",
    ),
)  # fmt: skip
