"""The record of looking: a chain of small entries, and beside it what each was about.

The chain is kept for good. What was asked and which children were shown lies in the payloads, by month, and goes when
the law no longer allows it to be kept; the chain then still shows that nothing else is missing.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from childindex.recorded import append_only


class AccessKind(models.TextChoices):
    """What somebody did; each label continues the sentence that begins with their name."""

    SEARCH = "search", _("searched")
    OPENED = "opened", _("opened the record")
    HISTORY = "history", _("read the history")
    AS_AT = "as_at", _("read the record as at a day")
    LISTED = "listed", _("read a list")
    PRINTED = "printed", _("printed")
    EXPORTED = "exported", _("exported")
    EDITED = "edited", _("worked on the record")
    REFUSED = "refused", _("was refused")
    LOG_READ = "log_read", _("read who looked")
    PURGED = "purged", _("purged what had expired")


class AccessEntry(models.Model):
    """One link of the chain: who did what sort of thing, when.

    Ids have no gaps. `hash` covers the entry, its payload's digest and the hash of the entry before, which `previous`
    repeats. Written by the database function `registry_record_access` alone.
    """

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=10, choices=AccessKind.choices)
    digest = models.BinaryField()
    previous = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        indexes: ClassVar = [
            models.Index(name="access_by_moment", fields=["at"]),
            models.Index(name="access_by_person", fields=["user", "at"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="access_kind_is_known", condition=Q(kind__in=AccessKind.values)),
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"Entry {self.pk} at {self.at:%Y-%m-%d %H:%M}"


class AccessPayload(models.Model):
    """What an entry was about. `salt` keeps a digest from being guessed once its payload is gone.

    The table is partitioned by the month of `at` (in UTC), so its real key is (entry, at), and a look-up by entry alone
    visits every month: give `at` as well.
    """

    entry = models.OneToOneField(
        AccessEntry, primary_key=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="payload"
    )
    at = models.DateTimeField()
    salt = models.BinaryField()
    page = models.CharField(max_length=100)
    asked = models.JSONField()
    purpose = models.TextField()
    case_reference = models.TextField()
    children = ArrayField(models.BigIntegerField())
    index_numbers = ArrayField(models.CharField(max_length=14))

    class Meta:
        indexes: ClassVar = [GinIndex(name="access_by_child", fields=["children"])]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"What entry {self.entry_id} was about"


class AccessHead(models.Model):
    """The end of the chain, in one row: locking it is taking one's turn to write."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    entry = models.BigIntegerField()
    at = models.DateTimeField()
    hash = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="there_is_one_head", condition=Q(id=1))]
        triggers: ClassVar = append_only(but="registry_access_head_moves_on")

    def __str__(self) -> str:
        return f"The chain ends at entry {self.entry}"
