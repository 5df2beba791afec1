"""The index by which a child is found: derived from the facts, and nothing in it is true in its own right.

No history, no source, no act: an entry can be thrown away and made again at any time (`registry.indexing`).
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from registry.models.children import Child, ChildState, Sex


class IndexEntry(models.Model):
    """What scoring and filtering need of one child who is not superseded, in one narrow row.

    `names` holds every name ever held, as `registry.search.packing` writes them; `postcodes`, `addresses`, `carers` and
    `telephones` likewise, the present one first. `shielded` covers everything but names, sex and dates of birth.
    `keys` repeats the child's rows in IndexKey, so that a refresh touches only those that changed.
    """

    child = models.OneToOneField(
        Child, primary_key=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="index_entry"
    )
    names = models.TextField()
    date_of_birth = models.DateField(null=True)
    other_date_of_birth = models.DateField(null=True)
    sex = models.CharField(max_length=1, choices=Sex.choices)
    shielded = models.BooleanField()
    state = models.CharField(max_length=10, choices=ChildState.choices)
    school = models.ForeignKey(
        "registry.School",
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    year_group = models.CharField(max_length=2)
    ward_code = models.CharField(max_length=9)
    postcodes = models.TextField()
    addresses = models.TextField()
    carers = models.TextField()
    telephones = models.TextField()
    keys = ArrayField(models.BigIntegerField())
    version = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"Index entry of {self.child_id}"


class IndexKey(models.Model):
    """One way to a child: a hash of what somebody might know of them (`registry.search.keys`).

    The sign is the restricted flag, and as the first bit of the index it keeps what is behind a shield apart from
    everything else: a key made from a hidden field of a shielded child is negative, and who may not see behind shields
    never asks for a negative key. So what is hidden is gone before any limit is counted.
    """

    pk = models.CompositePrimaryKey("key", "child_id")
    key = models.BigIntegerField()
    child = models.ForeignKey(
        Child, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="index_keys"
    )

    def __str__(self) -> str:
        return f"Key {self.key} of {self.child_id}"
