"""What somebody may do with a whistle now: pages draw buttons from it, the JSON interface gives addresses.

It offers; the actions ask again, under the lock.
"""

from onegrid.cases.whistle.access import ANSWER, APPROVE, BLOW, acts_for_street, answers_for, stands_above
from onegrid.cases.whistle.models import WhistleCall
from onegrid.cases.whistle.queries import WhistleStory
from onegrid.cases.whistle.rules import CallState, WhistleState, may_refuse
from onegrid.kit.actors import Actor

NEXT: dict[CallState, list[str]] = {
    CallState.CALLED: ["sign", "report_in"],
    CallState.SIGNED: ["contact", "report_in"],
    CallState.CONTACTED: ["report_in"],
    CallState.REPORTED: ["finish"],
}


def street_verbs(story: WhistleStory, viewer: Actor) -> list[str]:
    """With the whistle itself: approve, decline, record, withdraw."""
    whistle = story.whistle
    blows, approves = acts_for_street(viewer, BLOW, whistle), acts_for_street(viewer, APPROVE, whistle)
    found = ["approve", "decline"] if whistle.state == WhistleState.WAITING and approves else []
    there = any(call.report_in_at for call in story.calls)
    sealed = story.record is not None and story.record.sealed_at is not None
    if whistle.state == WhistleState.RUNNING and blows and there and not sealed:
        found.append("record")
    if whistle.is_open and (blows or approves):
        found.append("withdraw")
    return found


def call_verbs(story: WhistleStory, call: WhistleCall, viewer: Actor) -> list[str]:
    """With one department's call, what comes next first."""
    whistle = story.whistle
    own = answers_for(viewer, ANSWER, call)
    attest = ["attest"] if own and _may_attest(story, call) else []
    if whistle.state == WhistleState.FINISHED and call.state != CallState.EXCUSED:
        return [*attest, *_ratings(story, call, viewer, own)]
    if whistle.state != WhistleState.RUNNING:
        return []
    if call.state == CallState.REFUSED and stands_above(viewer, whistle):
        return ["decide"]
    if not own:
        return []
    state = CallState(call.state)
    refuse = ["refuse"] if may_refuse(state) and not call.refusals else []
    return [*attest, *NEXT.get(state, []), *refuse]


def _may_attest(story: WhistleStory, call: WhistleCall) -> bool:
    if story.record is None or story.record.sealed_at is not None or call.report_in_at is None:
        return False
    return call.organisation_id not in {one.organisation_id for one in story.signatures}


def _ratings(story: WhistleStory, call: WhistleCall, viewer: Actor, own: bool) -> list[str]:
    rated = {(one.organisation_id, one.of_department) for one in story.ratings}
    found = []
    if (call.organisation_id, True) not in rated and acts_for_street(viewer, BLOW, story.whistle):
        found.append("rate")
    if (call.organisation_id, False) not in rated and own:
        found.append("rate_whistle")
    return found
