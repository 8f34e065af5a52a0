"""The one page of the officers: plain on purpose, so that nobody takes it for a page of OneGrid."""

import html
from typing import Any

from onegrid.demo.enforcement.tickets import NEXT

NAMES = {
    "NEW": "待派单", "ASSIGNED": "已派单", "ON_SITE": "在现场", "FINISHED": "已办结", "REJECTED": "已退回",
    "WITHDRAWN": "对方撤回",
}  # fmt: skip
VERBS = {"ASSIGNED": "派给队员", "ON_SITE": "到场", "FINISHED": "办结（附现场照片）", "REJECTED": "退回"}
HEAD = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>综合执法业务系统（演示）</title><style>body{font:16px/1.5 sans-serif;max-width:60rem;margin:1rem auto
;padding:0 1rem}article{border:1px solid #999;padding:.5rem 1rem;margin:.5rem 0}button{min-height:44px}
form{display:inline}small{color:#555}</style><h1>综合执法业务系统（演示）</h1>
<p>这是另一个系统，与一网通过接口交换工单。A system of somebody else: it exchanges tickets with OneGrid.</p>"""


def page(tickets: list[dict[str, Any]], connected: bool) -> str:
    listed = "".join(map(_ticket, tickets)) or "<p>还没有工单。No ticket yet.</p>"
    return HEAD + ("" if connected else "<p><strong>尚未与一网连接。Not connected yet.</strong></p>") + listed


def _ticket(ticket: dict[str, Any]) -> str:
    content = ticket["content"]
    told = [content.get(name) for name in ("matter_name", "description", "place")]
    words = " · ".join(html.escape(str(one)) for one in told if one)
    about = html.escape(f"{content.get('case_no', '')} 限 {content.get('deadline', '')}")
    return (
        f"<article><strong>{ticket['id']}</strong> {NAMES.get(ticket['status'], ticket['status'])} "
        f"<small>{about}</small>"
        f"<p>{words}</p>{''.join(_button(ticket['id'], one) for one in NEXT.get(ticket['status'], ()))}</article>"
    )


def _button(number: str, status: str) -> str:
    return (
        f'<form method="post" action="/act"><input type="hidden" name="ticket" value="{number}">'
        f'<button name="status" value="{status}">{VERBS[status]}</button></form>'
    )
