"""Managers and querysets of members and access keys. Generic, so that they need not know their models."""

from datetime import datetime
from typing import TypeVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from common.colombia.documents import clean_document

User = TypeVar("User", bound=AbstractBaseUser)
Key = TypeVar("Key", bound=models.Model)


class MemberManager(BaseUserManager[User]):
    def get_by_natural_key(self, username: str | None) -> User:
        """The member with this document, in any spelling; raises BadDocument or Member.DoesNotExist."""
        return self.get(document=clean_document(username or ""))

    def locked(self) -> models.QuerySet[User]:
        """Lock members with FOR NO KEY UPDATE, which inserts of rows with a foreign key to them do not wait for.

        With FOR UPDATE those inserts would wait, some of them while they hold the lock of the audit trail's head.
        """
        return self.select_for_update(no_key=True)


class LiveKeys(models.QuerySet[Key]):
    def live(self) -> "LiveKeys[Key]":
        """Keys that have not been ended. They may have expired: see `working`."""
        return self.filter(ended_at=None)

    def working(self, now: datetime) -> "LiveKeys[Key]":
        """Keys that work at `now`: neither ended nor expired, as `AccessKey.works`."""
        return self.live().filter(models.Q(expires_at=None) | models.Q(expires_at__gt=now))
