"""Services, and the people who work for them."""

from datetime import timedelta

from django.utils import timezone

from agencies.models import Organisation, Practitioner, Service
from childindex.models import User
from tests.cast import person
from tests.factories import said_by

GATEWAY = "Children Act 2004, s.16LA"


def make_service(name="Health visiting", kind="health_visiting", **values):
    with said_by():
        organisation, _ = Organisation.objects.get_or_create(name=values.pop("organisation", "Exampleton NHS Trust"))
        return Service.objects.create(
            organisation=organisation,
            name=name,
            kind=kind,
            **{"telephone": "0121 496 0100", "gateway": GATEWAY, **values},
        )


def basis(listed=""):
    """By what an involvement stands: a person's word, or a list alone with the surname that it gives."""
    if listed:
        return {"listed_surname": listed}
    said = User.objects.filter(full_name="Wendy Word").first() or person("Wendy Word", "practitioner")
    return {"confirmed_by": said, "confirmed_at": timezone.now() - timedelta(days=30)}


def works_for(service, name="Hazel Visitor", role="practitioner", **values):
    """Somebody who works for a service."""
    user = person(name, role)
    with said_by():
        Practitioner.objects.create(user=user, service=service, **values)
    return user
