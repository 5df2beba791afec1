"""Short lists on their way in, for tests: sent as text, read and compared."""

import io
from datetime import date

from registry.intake.checking import check
from registry.intake.receiving import as_it_came, receive
from registry.intake.weighing import weigh
from registry.models import Feed
from tests.factories import make_source

AS_OF = date(2026, 10, 1)
HEADINGS = "Reference,Surname,Forename,Date of birth,Sex,House,Street,Postcode,UPN"


def received(*lines, source, feed="births", name="list.csv", as_of=AS_OF):
    """A list that has come, and has not been read."""
    content = io.BytesIO("\n".join(lines).encode())
    return receive(content, name=name, feed=Feed.objects.get(code=feed), source=source, as_of=as_of, by=None)


def sent(text, **options):
    """The list read."""
    delivery = received(text, **options)
    with as_it_came(delivery) as path:
        return check(delivery, path=path)


def compared(rows, *, headings=HEADINGS, **options):
    """The list compared; under another name it is another file, even where it says the same."""
    ending = "\n" if options.get("name") else "\n\n"
    return weigh(sent("\n".join([headings, *rows]) + ending, **options))


def row_of(delivery, number=2):
    return delivery.all_rows.get(number=number)


def child_health():
    return make_source("child-health", kind="health", name="Child health")


def school_source(school):
    return make_source(f"school-{school.urn}", name=school.name)
