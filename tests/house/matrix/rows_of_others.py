"""Rows of all other addresses."""

from onegrid.registry.owners.models import Voice
from tests.house.matrix.row import (
    ANSWERING,
    BLOWERS,
    BRIEFED,
    CLERK,
    COMMUNITY_A1,
    FIRM,
    GRID_A1,
    INSTRUCTED,
    OWN,
    OWNERS,
    Row,
    a_brief,
    a_committee,
    a_compound,
    a_cut,
    a_facility,
    a_member,
    a_system,
    a_vote,
    a_whistle,
    an_errand,
    an_instruction,
    area,
    case,
    form,
    verb,
)
from tests.streets import WEST, Streets, streets  # noqa: F401  a fixture

ROWS: dict[str, list[Row]] = {
    "health:live": [Row(public=True)],
    "health:ready": [Row(public=True)],
    "health:metrics": [Row(public=True)],  # on this machine; tests/kit/health/test_metrics.py
    "set_language": [Row(public=True, post={"language": "en"})],
    "ui:look": [Row(public=True, post={"theme": "dark"})],
    # ---- signing in, and what is one's own
    "account_login": [Row(public=True)],
    "account_logout": [Row()],
    "account_inactive": [Row(public=True)],
    "account_reauthenticate": [Row()],
    "account_change_password": [Row()],
    "mfa_index": [Row()],
    "mfa_authenticate": [Row()],
    "mfa_reauthenticate": [Row()],
    "mfa_activate_totp": [Row()],
    "mfa_deactivate_totp": [Row(within=set())],
    "mfa_view_recovery_codes": [Row(within=set())],
    "mfa_generate_recovery_codes": [Row()],
    "mfa_download_recovery_codes": [Row(within=set())],
    "usersessions_list": [Row()],
    "staff:home": [Row()],
    "staff:inbox": [Row()],
    "staff:inbox_news": [Row()],
    "staff:inbox_read_all": [Row(post={})],
    "staff:notice": [Row(lambda w: {"notice_id": w.notice}, within=OWN, post={})],
    "staff:account": [Row()],
    "staff:portrait": [Row(only=ANSWERING)],
    "staff:portrait_photo": [Row(within=OWN)],
    "staff:portrait_withdraw": [Row(post={})],
    "staff:end_session": [Row(lambda w: {"session_id": 0}, within=set(), post={})],
    # ---- staff by permission
    "staff:map": [Row(needs="areas.see")],
    "staff:map_card": [Row(area, needs="areas.see", within=GRID_A1)],
    "staff:who_answers": [Row(area, needs="duties.see", within=GRID_A1)],
    "command:screen": [Row(needs="command.see")],
    "command:now": [Row(needs="command.see", query="?heard=10")],
    "command:points": [Row(needs="command.see")],
    "command:replay": [Row(needs="command.see")],
    "command:people": [Row(needs="duties.positions")],
    "command:case": [Row(case, needs="command.see", within=GRID_A1)],
    "command:whistle": [Row(a_whistle, needs="command.see", within=BLOWERS)],
    "command:blow": [Row(case, needs="command.see", within=BLOWERS)],
    # a step that is not taken from there; those that are: tests/portals/command
    "command:act": [Row(verb("close"), needs="command.see", within=set(), post={})],
    # ---- Open311: public; what needs a key opens for no session (tests/exchange/open311)
    # a connected system proves itself by its signature (tests/exchange/connectors); without one it is told so
    "connectors:events": [Row(a_system, public=True, post={})],
    "open311:openapi-json": [Row(public=True)],
    "open311:api-root": [],  # a prefix, not a page
    "open311:discovery": [Row(form, public=True)],
    "open311:services": [Row(form, public=True)],
    "open311:service_definition": [Row(lambda w: {**form(w), "service_code": w.service}, public=True)],
    "open311:requests_": [Row(form, public=True)],
    "open311:one_request": [Row(lambda w: {**form(w), "service_request_id": w.number}, public=True)],
    "open311:post_request": [],
    "open311:request_of_token": [],
    "oversee:today": [Row(needs="cases.press")],
    "oversee:matters": [Row(needs="cases.press")],
    "oversee:groups": [Row(needs="cases.press")],
    "oversee:ranks": [Row(needs="cases.press")],
    "oversee:press": [Row(case, needs="cases.press", within=GRID_A1, post={})],
    "oversee:brief_newest": [Row(needs="briefs.see")],
    "oversee:briefs": [Row(needs="briefs.see")],
    "oversee:brief": [Row(a_brief, needs="briefs.see", within=BRIEFED)],
    "oversee:brief_pdf": [Row(a_brief, needs="briefs.see", within=BRIEFED)],
    "oversee:brief_cases": [
        Row(lambda w: {**a_brief(w), "key": "reported"}, needs="briefs.see", within=BRIEFED)
    ],
    "oversee:instructions": [Row(needs="instructions.see")],
    "oversee:instructions_export": [Row(lambda w: {"form": "csv"}, needs="instructions.see")],
    "oversee:instruction_new": [Row(needs="instructions.write")],
    "oversee:instruction": [Row(an_instruction, needs="instructions.see", within=INSTRUCTED)],
    "oversee:errand": [Row(an_errand, needs="instructions.see", within=INSTRUCTED, post={})],
    "oversee:instruction_file": [Row(lambda w: {"file_id": 0}, needs="instructions.see", within=set())],
    "property:compounds": [Row(needs="compounds.see")],
    "property:compound": [Row(a_compound, needs="compounds.see", within=GRID_A1 | FIRM)],
    "property:facilities": [Row(a_compound, needs="compounds.see", within=GRID_A1 | FIRM)],
    "property:facility_new": [Row(a_compound, needs="facilities.keep", within=FIRM)],
    "property:facility": [Row(a_facility, needs="compounds.see", within=GRID_A1 | FIRM)],
    "property:facility_take_down": [Row(a_facility, needs="facilities.keep", within=FIRM)],
    "property:facility_case": [Row(a_facility, needs="compounds.see", within=GRID_A1 | FIRM, post={})],
    "property:record_file": [Row(lambda w: {"record_id": 0}, needs="compounds.see", within=set())],
    "property:cuts": [Row(a_compound, needs="compounds.see", within=GRID_A1 | FIRM)],
    "property:cut_new": [Row(a_compound, needs="cuts.write", within=COMMUNITY_A1 | FIRM)],
    "property:cut": [Row(a_cut, needs="compounds.see", within=GRID_A1 | FIRM)],
    "property:cut_act": [
        Row(lambda w: {**a_cut(w), "verb": "send"}, needs="compounds.see", within=GRID_A1 | FIRM)
    ],
    "property:repairs": [Row(needs="cases.see")],
    # the record is a case of the grid that no firm has: a repair is in tests/cases/repairs and tests/portals/property
    "property:repair": [Row(case, needs="cases.see", within=set())],
    "property:repair_act": [
        Row(lambda w: {**case(w), "step": "accept"}, needs="cases.see", within=set(), post={})
    ],
    "property:owners": [Row(a_compound, needs="owners.see", within=OWNERS)],
    "property:committee_new": [Row(a_compound, needs="owners.edit", within=CLERK)],
    "property:member_add": [
        Row(a_committee, needs="owners.edit", within=CLERK, post={"role": "member", "name": "x"})
    ],
    "property:member_end": [Row(a_member, needs="owners.edit", within=CLERK, post={})],
    "property:member_contact": [Row(a_member, needs="owners.contact", within=CLERK, post={"purpose": "x"})],
    "property:vote_new": [Row(a_compound, needs="owners.edit", within=CLERK)],
    "property:vote": [Row(a_vote, needs="owners.see", within=OWNERS)],
    "property:ballot_enter": [
        Row(
            lambda w: {**a_vote(w), "voice_id": Voice.objects.first().pk},
            needs="owners.edit",
            within=CLERK,
            post={},
        )
    ],
    "property:vote_codes": [Row(a_vote, needs="owners.edit", within=CLERK, post={})],
    "property:vote_cancel": [Row(a_vote, needs="owners.edit", within=CLERK)],
    "property:vote_step": [
        Row(lambda w: {**a_vote(w), "verb": "open"}, needs="owners.edit", within=CLERK, post={})
    ],
}
