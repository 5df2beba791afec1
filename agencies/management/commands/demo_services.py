"""Give the demonstration services, people of its accounts, and children whom they know: `manage.py demo_services`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from agencies import roles
from agencies.models import Organisation, Practitioner, Service
from childindex import acts
from childindex.models import Source, User

REASON = "Made for the demonstration"
GATEWAY = "Children Act 2004, s.16LA"
COUNCIL, TRUST = "Example City Council", "Exampleton NHS Trust"
# organisation, name, kind, telephone, more
SERVICES: list[tuple[str, str, str, str, dict[str, Any]]] = [
    (TRUST, "Health visiting", "health_visiting", "0121 496 0401", {"is_universal": True}),
    (TRUST, "School nursing", "school_nursing", "0121 496 0402", {"is_universal": True}),
    (TRUST, "Riverside clinic", "sexual_health", "0121 496 0403", {"is_sensitive": True}),
    (COUNCIL, "Front door", "social_care", "0121 496 0999", {"hears_concerns": True, "email": "door@example.org"}),
    (COUNCIL, "Family support", "early_help", "0121 496 0405", {}),
    (COUNCIL, "Connexions", "connexions", "0121 496 0406", {}),
]
PEOPLE = {roles.PRACTITIONER: "Health visiting", roles.MANAGER: "School nursing"}
# Which children a service knows: of what ages, one in how many, and on what footing.
KNOWN = [
    ("Health visiting", 0, 5, 3, ""),
    ("School nursing", 5, 16, 60, ""),
    ("Family support", 0, 18, 90, ""),
    ("Front door", 0, 18, 150, ""),
    ("Connexions", 14, 18, 20, ""),
    ("Riverside clinic", 14, 18, 120, "An adult who is a risk to her"),
]
INVOLVED = """
    INSERT INTO agencies_involvement (child_id, service_id, practitioner_id, contact, from_date, confirmed_on, is_lead,
        end_reason, consent_of, consent_capacity, suspected_harm, confirmed_by_id, confirmed_at, listed_forename,
        listed_surname, listed_born)
    SELECT c.id, %(service)s, %(practitioner)s, '', since.day, greatest(since.day, %(day)s::date - (c.id %% 500)::int),
           false, '', '', '', %(harm)s, %(by)s, now(), '', '', ''
    FROM registry_child c
    CROSS JOIN LATERAL (SELECT greatest(c.date_of_birth, %(day)s::date - (c.id %% 700)::int) AS day) since
    WHERE c.state = 'live' AND c.id %% %(one_in)s = %(service)s %% %(one_in)s
      AND c.date_of_birth > %(day)s::date - make_interval(years => %(oldest)s)
      AND c.date_of_birth <= %(day)s::date - make_interval(years => %(youngest)s)
"""


class Command(BaseCommand):
    help = "Set up services of the demonstration, with its accounts and some children. Refuses anywhere else."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("Services are set up by hand except in the demonstration: on the page Services.")
        if Service.objects.exists():
            return
        with acts.act(by=None, source=Source.council(), reason_code="service_set_up", reason=REASON):
            made = {
                name: _made(organisation, name, kind, number, more)
                for organisation, name, kind, number, more in SERVICES
            }
            for role, name in PEOPLE.items():
                for user in User.objects.filter(role=role, email__endswith="@example.org"):
                    Practitioner.objects.create(user=user, service=made[name], telephone=made[name].telephone)
            for name, youngest, oldest, one_in, harm in KNOWN:
                _know(made[name], youngest=youngest, oldest=oldest, one_in=one_in, harm=harm)


def _made(organisation: str, name: str, kind: str, telephone: str, more: dict[str, Any]) -> Service:
    runs, _ = Organisation.objects.get_or_create(name=organisation)
    return Service.objects.create(
        organisation=runs, name=name, kind=kind, telephone=telephone, gateway=GATEWAY,
        hours="Monday to Friday, 8:30 to 17:00", **more,
    )  # fmt: skip


def _know(service: Service, **values: Any) -> None:
    practitioner = Practitioner.objects.filter(service=service).first()
    by = practitioner.user_id if practitioner else User.objects.order_by("pk").values_list("pk", flat=True)[0]
    said = {
        "service": service.pk,
        "practitioner": practitioner.pk if practitioner else None,
        "by": by,
        "day": timezone.localdate() - timedelta(days=1),
        **values,
    }
    with connection.cursor() as cursor:
        cursor.execute(INVOLVED, said)
