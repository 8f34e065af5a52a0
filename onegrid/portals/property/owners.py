"""Owners' committee of a compound, and its votes: preparing, opening, entering paper by two hands, counting."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegrid.accounts.identity.me import me
from onegrid.kit.errors import NotFound, Refused
from onegrid.portals.property.forms import CommitteeForm, EntryForm, MemberForm, ReasonForm, VoteForm
from onegrid.registry.dwellings.queries import dwellings_of
from onegrid.registry.owners import actions, queries
from onegrid.registry.owners.access import CONTACT, EDIT
from onegrid.registry.owners.majorities import majorities
from onegrid.registry.owners.models import Voice
from onegrid.registry.owners.queries import VoteStory
from onegrid.registry.owners.rules import Tally


@login_required
@never_cache
@require_GET
def owners(request: HttpRequest, compound_id: int) -> HttpResponse:
    """Members masked, terms, and votes."""
    compound = queries.owners_compound(compound_id, viewer=me(request), today=timezone.localdate())
    where = (compound.area_path, compound.manager_id)  # type: ignore[attr-defined]  # annotated
    context = {
        "compound": compound,
        "committees": queries.committees(compound.pk),
        "votes": queries.votes_of(compound.pk),
        "may_edit": me(request).scope(EDIT).covers(*where),
        "may_ask": me(request).scope(CONTACT).covers(*where),
        "member_form": MemberForm(auto_id="member_%s"),
        "today": timezone.localdate(),
    }
    return render(request, "property/owners.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new_committee(request: HttpRequest, compound_id: int) -> HttpResponse:
    now = timezone.now()
    compound = queries.owners_compound(
        compound_id, viewer=me(request), today=timezone.localdate(now), what=EDIT
    )
    form = CommitteeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.open_committee(compound_id=compound.pk, **form.cleaned_data, by=me(request), at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("The term is on the record. Add its members now."))
            return redirect("property:owners", compound.pk)
    context = {"compound": compound, "form": form, "label": _("A new term of the committee")}
    return render(request, "property/owners_form.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def add_member(request: HttpRequest, committee_id: int) -> HttpResponse:
    form = MemberForm(request.POST)
    words = _("Please fill in role and name.")
    try:
        if form.is_valid():
            made = actions.add_member(
                committee_id=committee_id, **form.cleaned_data, by=me(request), at=timezone.now()
            )
            messages.success(request, _("The member is on the record."))
            return redirect("property:owners", made.committee.compound_id)
    except Refused as refusal:
        words = str(refusal.message)
    messages.warning(request, words)
    found = queries.committee(committee_id, viewer=me(request), today=timezone.localdate())
    return redirect("property:owners", found.compound_id)


@login_required
@require_POST
def end_member(request: HttpRequest, member_id: int) -> HttpResponse:
    try:
        member = actions.end_member(member_id=member_id, by=me(request), at=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
        return redirect("property:compounds")
    messages.success(request, _("The member has left the committee."))
    return redirect("property:owners", member.committee.compound_id)


@login_required
@never_cache
@require_POST
def contact(request: HttpRequest, member_id: int) -> HttpResponse:
    """A POST, for it writes to the audit trail."""
    purpose = request.POST.get("purpose", "")
    try:
        found = actions.reveal_member(member_id=member_id, purpose=purpose, by=me(request), at=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
        return redirect("property:compounds")
    return render(request, "property/member_contact.html", {"found": found})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new_vote(request: HttpRequest, compound_id: int) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    compound = queries.owners_compound(compound_id, viewer=me(request), today=today, what=EDIT)
    doors = {str(one): one.pk for one in dwellings_of(compound.pk)}
    form = VoteForm(request.POST or None, today=today, doors=doors)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        given["options"] = given["options"].splitlines()
        try:
            made = actions.write_vote(compound_id=compound.pk, **given, by=me(request), at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("The vote is in preparation. Look at it once more, then open it."))
            return redirect("property:vote", made.pk)
    context = {"compound": compound, "form": form, "label": _("A new vote"), "law": majorities(today)}
    return render(request, "property/owners_form.html", context, status=400 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def vote(request: HttpRequest, vote_id: int) -> HttpResponse:
    """How far it is; on an open vote a paper ballot is entered, first by one and then by another person."""
    now = timezone.now()
    story = queries.vote_story(vote_id, viewer=me(request), today=timezone.localdate(now))
    text = request.GET.get("door", "")
    found = queries.voices_like(story.vote.pk, text) if text.strip() and story.vote.state == "open" else []
    topics = majorities(timezone.localdate(story.vote.opens_at)).topics
    covers = me(request).scope(EDIT).covers(story.vote.compound.area_path, None)
    context = {
        "story": story,
        "compound": story.vote.compound,
        "topic": topics[story.vote.topic].name if story.vote.topic in topics else story.vote.topic,
        "voices": [(voice, _standing(voice)) for voice in found],
        "door": text,
        "entry": EntryForm(options=story.vote.options),
        "lines": _lines(story),
        "may_edit": covers,
        "taking_part": taking_part(story.result.all, story.result.part) if story.result else None,
        "is_over": now >= story.vote.closes_at,
        "has_begun": now >= story.vote.opens_at,
    }
    return render(request, "property/vote.html", context)


def _standing(voice: Voice) -> str:
    """none, half, differs or cast: what became of its ballot, never what it says."""
    ballot = getattr(voice, "ballot", None)
    if ballot is None:
        return "none"
    if ballot.cast_at is not None:
        return "cast"
    return "differs" if ballot.differs else "half"


def _lines(story: VoteStory) -> list[dict]:
    """Each option with its shares of those that took part, in per cent with two decimals, rounded down."""
    if story.result is None:
        return []
    part = story.result.part
    return [
        {
            "name": name,
            "area": f"{tally.area / 100:.2f}",
            "voices": tally.voices,
            "of_area": _percent(tally.area, part.area),
            "of_voices": _percent(tally.voices, part.voices),
            "by_area": by_area,
            "by_voices": by_voices,
            "chosen": story.result.chosen == place,
        }
        for place, (name, tally, (by_area, by_voices)) in enumerate(
            zip(story.vote.options, story.result.options, story.result.agreed, strict=True)
        )
    ]


def _percent(part: int, whole: int) -> str:
    """Rounded down, so that 66.67 is never shown for less than two thirds."""
    hundredths = part * 10_000 // whole if whole else 0
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def taking_part(everybody: Tally, part: Tally) -> tuple[str, str]:
    return _percent(part.area, everybody.area), _percent(part.voices, everybody.voices)


@login_required
@require_POST
def enter(request: HttpRequest, vote_id: int, voice_id: int) -> HttpResponse:
    now = timezone.now()
    story = queries.vote_story(vote_id, viewer=me(request), today=timezone.localdate(now), what=EDIT)
    form = EntryForm(request.POST, options=story.vote.options)
    back = f"{reverse('property:vote', args=[vote_id])}?door={request.POST.get('door', '')[:60]}"
    if not queries.is_of(voice_id, vote_id):
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    if not form.is_valid():
        messages.warning(request, _("Please choose what the ballot says."))
        return redirect(back)
    try:
        ballot = actions.enter_ballot(
            voice_id=voice_id, option=form.cleaned_data["option"], by=me(request), at=now
        )
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
        return redirect(back)
    if ballot.differs:
        messages.warning(request, _("The two entries differ. Look at the paper, and begin again."))
    elif ballot.cast_at:
        messages.success(request, _("Both entries agree: the ballot counts."))
    else:
        messages.success(request, _("Entered once. Now somebody else enters it a second time."))
    return redirect(back)


@login_required
@require_POST
def step(request: HttpRequest, vote_id: int, verb: str) -> HttpResponse:
    """Open or count."""
    acts = {"open": actions.open_vote, "count": actions.count_vote}
    if verb not in acts:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    try:
        after = acts[verb](vote_id=vote_id, by=me(request), at=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, after.get_state_display())
    return redirect("property:vote", vote_id)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, vote_id: int) -> HttpResponse:
    now = timezone.now()
    story = queries.vote_story(vote_id, viewer=me(request), today=timezone.localdate(now), what=EDIT)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel_vote(vote_id=vote_id, **form.cleaned_data, by=me(request), at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("The vote is called off."))
            return redirect("property:vote", vote_id)
    context = {"compound": story.vote.compound, "form": form, "label": _("Call the vote off")}
    return render(request, "property/owners_form.html", context, status=400 if form.errors else 200)


@login_required
@never_cache
@require_POST
def codes(request: HttpRequest, vote_id: int) -> HttpResponse:
    """One slip for each owner who has not voted; shown on this answer and nowhere else."""
    story = queries.vote_story(vote_id, viewer=me(request), today=timezone.localdate(), what=EDIT)
    try:
        issued = actions.issue_codes(vote_id=vote_id, by=me(request), at=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
        return redirect("property:vote", vote_id)
    slips = [(one, request.build_absolute_uri(reverse("resident:ballot", args=[one.code]))) for one in issued]
    return render(request, "property/vote_codes.html", {"story": story, "slips": slips})
