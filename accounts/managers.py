"""How members and live keys are looked up."""

from typing import TYPE_CHECKING

from django.contrib.auth.base_user import BaseUserManager
from django.db import models

from common.colombia.documents import clean_document

if TYPE_CHECKING:
    from accounts.models import AccessKey, Member  # noqa: F401  quoted below


class MemberManager(BaseUserManager["Member"]):
    def get_by_natural_key(self, username: str | None) -> "Member":
        """Find by document, however it was typed; raises BadDocument or Member.DoesNotExist."""
        return self.get(document=clean_document(username or ""))

    def locked(self) -> models.QuerySet["Member"]:
        """For who changes them: others who do so wait, but no row that only points to a member.

        `FOR UPDATE` would make those wait as well, at their COMMIT, where they hold the head of the trail.
        """
        return self.select_for_update(no_key=True)


class LiveKeys(models.QuerySet["AccessKey"]):
    def live(self) -> "LiveKeys":
        """Keys nobody has ended yet; whether one has expired is the clock's business, see `AccessKey.works`."""
        return self.filter(ended_at=None)
