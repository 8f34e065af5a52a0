"""Sendings: what a phone wrote without a network and hands in later is done once, with the time it was done.

    moment = happened(written=…, sent=…, now=now)          # rules: by the phone's clock, judged by ours
    with done_once(who=user.actor_key, key=key, digest=digest, moment=moment, at=now) as sending:
        if sending.answer is None:
            sending.answer = …                              # the action; undone together with the row when it raises
    return sending.answer

The row is written in the transaction of what it stands for, so any action is done once, also one that knows no key.
"""

from onegrid.kit.sendings.doing import Doing, done_once, forget, happened_now
from onegrid.kit.sendings.rules import Moment, TooOld, digest_of, happened

__all__ = ["Doing", "Moment", "TooOld", "digest_of", "done_once", "forget", "happened", "happened_now"]
