"""Letters to schools whose return is outstanding."""

import pytest
from django.core import mail

from schools.models import Reminder
from tests.registry.intake.test_pages import work
from tests.schools.people import at

pytestmark = pytest.mark.usefixtures("own_database")


def test_the_outstanding_are_written_to_and_those_who_cannot_be_are_named(manager, hollyfield, head, campaign):
    asked = manager.get(f"/campaigns/{campaign.pk}/remind/").text
    assert "Remind 2 schools" in asked
    assert "Fernhill Primary" in asked

    manager.post(f"/campaigns/{campaign.pk}/remind/")
    work()

    [letter] = mail.outbox
    assert letter.to == [head.email]
    assert "/roll/900001/" in letter.body
    failed = Reminder.objects.get(school__urn=900002)
    assert "invite somebody" in failed.failure
    assert "invite somebody" in manager.get(f"/campaigns/{campaign.pk}/").text


def test_a_letter_that_cannot_be_sent_is_shown_and_the_others_go(manager, head, campaign, settings, fernhill):
    at(fernhill, name="Fergus Fernhill")
    settings.EMAIL_BACKEND = "tests.schools.campaigns.test_reminding.Refusing"

    manager.post(f"/campaigns/{campaign.pk}/remind/")
    work()

    assert sorted(bool(one.failure) for one in Reminder.objects.all()) == [False, True]


def Refusing(*args, **options):
    """A mail server that takes letters to Fernhill and refuses others."""
    from django.core.mail.backends.locmem import EmailBackend

    class Backend(EmailBackend):
        def send_messages(self, messages):
            if "fergus" not in messages[0].to[0]:
                raise OSError("Connection refused")
            return super().send_messages(messages)

    return Backend(*args, **options)
