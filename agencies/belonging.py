"""Who works for which service, and a service as a source of what is said."""

from __future__ import annotations

from django.db.models import QuerySet

from agencies.models import Practitioner, Service
from childindex import acts
from childindex.models import Source, SourceKind, User

CODE = "service-{pk}"


def practices_of(user: User) -> QuerySet[Practitioner]:
    """Somebody's work for services, as far as it holds now."""
    found = Practitioner.objects.filter(user=user, ended_on=None, is_suspended=False, service__is_active=True)
    return found.select_related("service__organisation").order_by("service__name", "pk")


def services_of(user: User) -> frozenset[int]:
    """Ids of the services for which somebody works now."""
    return frozenset(practices_of(user).values_list("service_id", flat=True))


def lists_of(user: User) -> frozenset[int]:
    """Ids of the sources that are the services for which somebody works now: what their lists say."""
    codes = [CODE.format(pk=pk) for pk in services_of(user)]
    return frozenset(Source.objects.filter(code__in=codes).values_list("pk", flat=True))


def works_for(user: User, source: Source) -> bool:
    """Whether somebody works now for the service that is this source."""
    service = source.code.removeprefix(CODE.format(pk=""))
    return source.kind == SourceKind.AGENCY and service.isdigit() and int(service) in services_of(user)


def source_of(service: Service) -> Source:
    """A service as a source; made where it never said anything."""
    code = CODE.format(pk=service.pk)
    found = Source.objects.filter(code=code).first()
    if found is not None:
        return found
    with acts.act(by=None, source=Source.council(), reason_code="source_added", reason="Its first word"):
        made, _ = Source.objects.get_or_create(code=code, defaults={"name": service.name, "kind": SourceKind.AGENCY})
    return made
