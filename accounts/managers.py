"""Managers and querysets of members and access keys."""

from typing import TYPE_CHECKING

from django.contrib.auth.base_user import BaseUserManager
from django.db import models

from common.colombia.documents import clean_document

if TYPE_CHECKING:
    from accounts.models import AccessKey, Member  # noqa: F401  quoted below


class MemberManager(BaseUserManager["Member"]):
    def get_by_natural_key(self, username: str | None) -> "Member":
        """The member with this document, in any spelling; raises BadDocument or Member.DoesNotExist."""
        return self.get(document=clean_document(username or ""))

    def locked(self) -> models.QuerySet["Member"]:
        """Lock members with FOR NO KEY UPDATE, which inserts of rows with a foreign key to them do not wait for.

        With FOR UPDATE those inserts would wait, some of them while they hold the lock of the audit trail's head.
        """
        return self.select_for_update(no_key=True)


class LiveKeys(models.QuerySet["AccessKey"]):
    def live(self) -> "LiveKeys":
        """Keys that have not been ended. They may have expired: see `AccessKey.works`."""
        return self.filter(ended_at=None)
