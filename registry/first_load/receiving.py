"""Beginning a first load: whose extract it is, and its tables kept as they were sent."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from django.db.models import BigIntegerField, Func, Sum
from django.utils import timezone

from childindex import acts, words
from childindex.models import Source, SourceKind, User
from registry.first_load.reading import Sent
from registry.models import FirstLoad, FirstLoadFile, FirstLoadPart

PIECE, LARGEST = 1 << 20, 1 << 30
CODE, NAME = "former-system", "Former system"


class CannotReceive(Exception):
    """The extract was not taken in; the text says why and what to do."""


def source_of(code: str = "", *, name: str = NAME, by: User | None = None) -> Source:
    """The former system: by its code, or the only one there is. Where there is none, it is made.

    Raises CannotReceive for a source of another kind, and where there are several to choose from.
    """
    known = list(Source.objects.filter(kind=SourceKind.OLD_SYSTEM))
    if not code and len(known) == 1:
        return known[0]
    if not code and known:
        raise CannotReceive(f"Say which former system with --source: {', '.join(one.code for one in known)}.")
    found = Source.objects.filter(code=code or CODE).first()
    if found is None:
        return _made(code or CODE, name, by)
    if found.kind != SourceKind.OLD_SYSTEM:
        raise CannotReceive(f"{found} is no former system, but a {found.get_kind_display().lower()}.")
    return found


def _made(code: str, name: str, by: User | None) -> Source:
    with acts.act(by=by, source=Source.council(), reason_code="source_added", reason="First load"):
        return Source.objects.create(code=code, name=name, kind=SourceKind.OLD_SYSTEM)


def begin(source: Source, *, as_of: date, by: User | None) -> FirstLoad:
    """A first load without tables yet. Raises CannotReceive for a day that has not come."""
    if as_of > timezone.localdate():
        raise CannotReceive("The day on which the extract was taken cannot be in the future.")
    return FirstLoad.objects.create(source=source, as_of=as_of, received_by=by)


def keep(load: FirstLoad, files: list[tuple[str, BinaryIO]]) -> None:
    """Keep the tables as they were sent. Raises CannotReceive for one that is empty, too large or sent twice."""
    with transaction.atomic():
        digests: dict[str, str] = {}
        for number, (name, file) in enumerate(files):
            kept = FirstLoadFile.objects.create(load=load, number=number, name=name[-255:])
            kept.digest = _keep(kept, file)
            if kept.digest in digests:
                raise CannotReceive(f"{name} and {digests[kept.digest]} are the same file. Send each table once.")
            digests[kept.digest] = name
            kept.save(update_fields=["digest"])


def _keep(kept: FirstLoadFile, file: BinaryIO) -> str:
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    for number, piece in enumerate(iter(lambda: file.read(PIECE), b"")):
        digest.update(piece)
        size += len(piece)
        if size > LARGEST:
            raise CannotReceive(f"{kept} has over {LARGEST >> 20:,} megabytes. Use manage.py load_children.")
        FirstLoadPart.objects.create(file=kept, number=number, content=piece)
    if not size:
        raise CannotReceive(f"{kept} is empty.")
    return digest.hexdigest()


def size(load: FirstLoad) -> int:
    """How many bytes were sent."""
    pieces = FirstLoadPart.objects.filter(file__load=load)
    return int(
        pieces.aggregate(bytes=Sum(Func("content", function="octet_length", output_field=BigIntegerField())))["bytes"]
        or 0
    )


def sent(load: FirstLoad) -> list[Sent]:
    """The tables as they were sent, to be opened one after another. Raises CannotReceive once they are gone."""
    if load.let_go_at:
        day = words.day(timezone.localdate(load.let_go_at))
        raise CannotReceive(f"The tables themselves were let go of on {day}. Send the extract again.")
    return [Sent(file.name, partial(_on_disk, file)) for file in load.files.all()]


@contextmanager
def _on_disk(file: FirstLoadFile) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile(suffix=Path(file.name).suffix[:10]) as copy:
        for content in file.parts.order_by("number").values_list("content", flat=True).iterator(chunk_size=4):
            copy.write(content)
        copy.flush()
        yield Path(copy.name)
