"""National tables in which many schools' pupils come, and which school each of their codes means."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from childindex.recorded import history, recorded
from registry.models import Delivery, School


@recorded()
class NativeId(models.Model):
    """Which school the national tables mean by a code of theirs, as somebody has said."""

    code = models.CharField(_("code in the tables"), max_length=60, unique=True)
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="native_ids")

    history = history()

    def __str__(self) -> str:
        return f"{self.code}: {self.school}"


class Collection(models.Model):
    """One taking-in of national tables: pupils of many schools, with their addresses beside.

    `addresses` counts the rows of the address tables: those that a pupil has, further ones of a pupil who has one, and
    those of nobody in the file.
    """

    name = models.CharField(max_length=255)
    as_of = models.DateField()
    received_at = models.DateTimeField(auto_now_add=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    addresses = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-received_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class CollectionPart(models.Model):
    """The rows of one code in one table of a collection. They wait until it is known which school the code means.

    Rows that came before, in another collection, are of the delivery that they became then.
    """

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="parts")
    code = models.CharField(max_length=60, blank=True)
    feed = models.SlugField(max_length=60)
    table = models.CharField(max_length=200)
    rows = models.PositiveIntegerField()
    content = models.BinaryField()
    delivery = models.ForeignKey(
        Delivery, null=True, blank=True, on_delete=models.PROTECT, related_name="collection_parts"
    )

    class Meta:
        ordering: ClassVar = ["code", "feed", "table"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="a_code_comes_once_a_table", fields=["collection", "code", "table"]),
            models.CheckConstraint(name="a_part_has_rows", condition=Q(rows__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.code or 'no code'} of {self.collection}"
