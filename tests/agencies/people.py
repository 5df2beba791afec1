"""Services, and the people who work for them."""

from agencies.models import Organisation, Practitioner, Service
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


def works_for(service, name="Hazel Visitor", role="practitioner", **values):
    """Somebody who works for a service."""
    user = person(name, role)
    with said_by():
        Practitioner.objects.create(user=user, service=service, **values)
    return user
