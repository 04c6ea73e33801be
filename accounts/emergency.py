"""The emergency: whoever may have the keys, none of them opens any more."""

from django.utils import timezone

from accounts.models import AccessKey, Member, new_epoch
from audit.actors import Actor
from audit.kinds import Kind
from audit.record import action, record


def invalidate_keys(*, by: Actor, reason: str) -> int:
    """End every live key and every member session; how many keys ended.

    One shared new epoch is enough: it only has to differ from what open sessions carry.
    """
    with action():
        now = timezone.now()
        ended = AccessKey.objects.live().update(ended_at=now, ended_why="invalidated", sealed="", opening="")
        Member.objects.update(epoch=new_epoch())
        record(Kind.KEYS_INVALIDATED, by=by, reason=reason, count=ended)
    return ended
