"""Ten times the goal is asked: everybody gets what was asked for, or "come back later"; nothing told is lost.

Open loop at `--rate` 600 a second (ten times the 60 a second that are the goal) for `--seconds` 15 (60): seven of ten
report, the others read; a grid worker declares an emergency every two seconds meanwhile. Allowed: success, or 429
with Retry-After. Afterwards the queue is empty within two minutes, whoever was turned away is not stored, and every
emergency was taken.
"""

import os

from bench.serving import signed_in
from onegrid.accounts.duties.models import Duty
from onegrid.accounts.identity.models import User
from onegrid.config.environment import environment
from prove import afterwards
from prove.crowd import Asked, crowd, new_key
from prove.judging import ALLOWED, Answer, accounted, share_at
from prove.proof import Proof, size
from prove.reporting import places
from prove.running import up

EMERGENCY_EVERY = 2.0  # seconds
WARM_UP = 12
LOOKS = ("/", "/report/", "/answers/")


def run(proof: Proof) -> None:
    rate, seconds = size("rate", 600, 600), size("seconds", 15, 60)
    where, start = places(), afterwards.before()
    with up(os.environ, environment().var / "log" / "prove-burst-up.log") as running:
        session, spot = a_worker()
        step = max(1, int(rate * EMERGENCY_EVERY))

        def next_one(turn: int) -> Asked:
            if turn % step == step // 2:
                return emergency(session, *spot)
            return report(*where[turn % len(where)]) if turn % 10 < 7 else look(turn)

        warm, _reached = crowd(
            running.port, 2, WARM_UP, next_one
        )  # a burst meets a site that has been running
        answers, reached = crowd(running.port, rate, seconds, next_one)
        proof.figure("asked a second", reached)
        proof.holds(f"the crowd asked at nine tenths of {rate} a second at least", reached >= 0.9 * rate)
        tell(proof, answers, seconds)
        answers += warm
        afterwards.settle(proof, limit=120)
        afterwards.all_run(proof, running)
        done = {one.key: one.number for one in answers if one.number}
        afterwards.judge(
            proof,
            start,
            done,
            refused=frozenset(one.key for one in answers if one.status == 429),
            unknown=frozenset(one.key for one in answers if one.status != 429 and not one.number and one.key),
            killed=False,
        )


def tell(proof: Proof, answers: list[Answer], seconds: float) -> None:
    names = accounted(answers)
    for name, count in sorted(names.items()):
        proof.figure(name, count)
    proof.none("answers that are neither success nor 429 with Retry-After",
               sum(count for name, count in names.items() if name not in ALLOWED))  # fmt: skip
    done = [one for one in answers if one.status and one.status != 429]
    proof.figure("reports acknowledged a second", sum(bool(one.number) for one in answers) / seconds)
    proof.figure("p95 of those let in, s", share_at([one.seconds for one in done], 0.95))
    away = [one.seconds for one in answers if one.status == 429]
    proof.figure("p95 of those told to come back, s", share_at(away, 0.95))
    urgent = [one for one in answers if one.kind == "emergency"]
    proof.holds(
        f"all {len(urgent)} emergencies were taken", bool(urgent) and all(one.number for one in urgent)
    )
    proof.figure("p95 of emergencies, s", share_at([one.seconds for one in urgent], 0.95))


def a_worker() -> tuple[str, tuple[float, float]]:
    """A session of the demo's grid worker, and a point in the worker's own grid."""
    user = User.objects.get(username="worker")
    duty = Duty.objects.filter(user=user, area__centre__isnull=False).select_related("area").first()
    spot = duty.area.centre if duty else None
    assert spot is not None, "the demo's worker has no grid"
    return signed_in(user), (spot.x, spot.y)


def emergency(session: str, lon: float, lat: float) -> Asked:
    key = new_key()
    form = {"text": f"煤气味很大 {key}", "lon": lon, "lat": lat, "sure": "on", "key": key}
    return Asked("emergency", "POST", "/work/emergency/", form, session, key, "/work/")


def report(lon: float, lat: float) -> Asked:
    key = new_key()
    form = {"text": f"路灯不亮 {key}", "lon": lon, "lat": lat, "key": key, "different": "1"}
    return Asked("report", "POST", "/report/", form, key=key, named_in="/follow/")


def look(turn: int) -> Asked:
    return Asked("look", "GET", LOOKS[turn % len(LOOKS)])
