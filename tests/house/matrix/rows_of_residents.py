"""Rows of what residents open."""

from onegrid.registry.facilities.models import Facility
from tests.house.matrix.row import Row, a_cut, a_slip, area, followed
from tests.streets import WEST, Streets, streets  # noqa: F401  a fixture

ROWS: dict[str, list[Row]] = {
    # ---- public: residents need no account
    "resident:home": [Row(public=True)],
    "resident:report": [Row(public=True)],
    "resident:report_kinds": [Row(public=True, post={})],
    "resident:report_places": [Row(public=True)],
    "resident:receipt_picture": [Row(followed, public=True)],
    "resident:follow": [Row(public=True)],
    "resident:case": [Row(followed, public=True)],
    "resident:withdraw": [Row(followed, public=True)],
    "resident:rate": [Row(followed, public=True, post={})],
    "resident:note": [Row(followed, public=True, post={})],
    "resident:leave": [Row(followed, public=True, post={})],
    "resident:receipt": [Row(followed, public=True)],
    "resident:photo": [Row(lambda w: {**followed(w), "evidence_id": w.evidence}, public=True)],
    "resident:bulletins": [Row(public=True)],
    "resident:bulletin": [Row(lambda w: {"bulletin_id": w.boards.bulletin}, public=True)],
    "resident:activities": [Row(public=True)],
    "resident:activity": [Row(lambda w: {"activity_id": w.boards.activity}, public=True)],
    "resident:own_place": [Row(lambda w: {"code": w.boards.place_code}, public=True)],
    "resident:answers": [Row(public=True, query="?q=路灯")],
    "resident:answer": [Row(lambda w: {"answer_id": w.boards.answer}, public=True)],
    "resident:ask": [Row(public=True)],
    "resident:own_question": [Row(lambda w: {"code": w.boards.question_code}, public=True)],
    "resident:near": [Row(public=True)],
    "resident:data": [Row(public=True)],
    "resident:data_correct": [Row(public=True, post={})],
    "resident:data_delete": [Row(public=True, post={})],
    "resident:mine": [Row(public=True)],
    "resident:sign_in": [Row(public=True)],
    "resident:sign_in_code": [Row(public=True, post={})],
    "resident:sign_out": [Row(public=True, post={})],
    "resident:map": [Row(public=True)],
    "resident:map_card": [Row(area, public=True)],
    "resident:who": [Row(public=True)],
    "resident:portrait": [Row(area, public=True)],
    "resident:thing": [Row(lambda w: {"code": Facility.objects.get().code}, public=True)],
    "resident:cut": [Row(a_cut, public=True)],
    "resident:ballot": [Row(a_slip, public=True)],
    "resident:voted": [Row(public=True)],
}
