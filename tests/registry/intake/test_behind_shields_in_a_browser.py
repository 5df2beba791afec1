"""A custodian goes through what arrived behind shields, at a desk and on a telephone; its sender reads *received*."""

from datetime import date

import pytest

from childindex.models import Source
from registry.models import FindingState, Identifier, Residence, ShieldedFinding
from tests.factories import make_address, make_child, said_by, shield
from tests.registry.intake.lists import HEADINGS, child_health
from tests.registry.intake.test_pages import work

pytestmark = pytest.mark.browser
UPN = "H330203126001"


@pytest.fixture
def births(own_database):
    child = make_child("Amina", "Khan", born=date(2017, 2, 28), address=make_address(paon="14"))
    make_child("Zoe", "Okafor", born=date(2015, 6, 11), sex="F")
    with said_by():
        Identifier.objects.create(child=child, kind="upn", value=UPN, source=Source.council())
    shield(child)
    return child_health()


def test_a_custodian_goes_through_what_arrived_behind_shields(
    births, data_manager, custodian, new_page, sign_in, fit, tmp_path
):
    sender, page = new_page(), new_page()
    sign_in(sender, data_manager)
    sign_in(page, custodian)
    file = tmp_path / "births.csv"
    rows = [",Khan,Amina,28/02/2017,F,3,Nowhere Lane,B9 9ZZ,", f",Okafor,Zoe,11/06/2015,F,,,,{UPN}"]
    file.write_text("\n".join([HEADINGS, *rows]))

    def look(at, name):
        fit(at, f"shields-{name}")

    page.goto("/behind-shields/")
    page.get_by_text("Nothing waits").wait_for()
    look(page, "none")
    sender.goto("/files/send/births/")
    sender.get_by_label("Whose list is it?").select_option("Child health")
    sender.get_by_label("The file").set_input_files(file)
    sender.get_by_role("button", name="Send").click()
    work()
    work()  # what it asked for: the look behind shields
    sender.goto("/files/1/?show=received")
    sender.get_by_text("Received. The index team sees to it.").wait_for()
    look(sender, "sender")
    sender.get_by_role("link", name="2 of the file").click()
    sender.get_by_text("This row was received.").wait_for()
    look(sender, "sender-row")

    page.goto("/behind-shields/")
    look(page, "list")
    page.get_by_role("link", name="Amina Khan").first.click()
    page.get_by_text("Nowhere Lane").first.wait_for()
    look(page, "row")
    page.get_by_role("button", name="It is this child: write it").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Written.").wait_for()
    look(page, "number")
    page.get_by_role("button", name="Let it go").click()
    page.get_by_text("Say why nothing is done with this.").first.wait_for()
    look(page, "errors")
    page.get_by_label("Why").fill("The school has the number of another pupil")
    page.get_by_role("button", name="Let it go").click()
    page.get_by_text("Nothing waits").wait_for()

    states = set(ShieldedFinding.objects.values_list("state", flat=True))
    assert states == {FindingState.WRITTEN, FindingState.LET_GO}
    assert Residence.objects.filter(address__postcode="B9 9ZZ").exists()
