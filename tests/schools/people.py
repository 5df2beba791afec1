"""People who work at schools."""

from schools.models import Post
from tests.cast import person
from tests.factories import said_by


def at(school, name="Ophelia Office", role="school_office"):
    """Somebody with a post at a school."""
    user = person(name, role)
    with said_by():
        Post.objects.create(user=user, school=school)
    return user
