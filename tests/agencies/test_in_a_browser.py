"""A health visitor's morning, by keyboard: finding a misspelt child, saying that it is known, and a concern."""

import pytest

from agencies import reviewing
from agencies.models import Concern, ConcernAudience, Involvement, LookReview, Override, Practitioner
from tests import walks
from tests.agencies.people import basis, make_service, works_for
from tests.factories import TODAY, make_address, make_carer, make_child, make_school, said_by, shield
from tests.registry.intake.test_pages import work
from tests.worlds import small_world

pytestmark = pytest.mark.browser


@pytest.fixture
def look(fit):
    """Whether a page is fit to be used, with a picture of it."""

    def seen(page, name):
        fit(page, f"agencies-{name}")

    return seen


FOCUSED = "(at => (at.labels?.[0] ?? at).innerText?.trim())(document.activeElement)"


class Keys:
    """A keyboard that counts."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def press(self, key):
        self.count += 1
        self.page.keyboard.press(key)

    def type(self, text):
        self.count += len(text)
        self.page.keyboard.type(text)

    def tab_to(self, label):
        for _ in range(60):
            self.press("Tab")
            if self.page.evaluate(FOCUSED) == label:
                return
        raise AssertionError(f"The keyboard does not reach {label}.")


@pytest.fixture
def amina(own_database):
    return make_child(
        "Amina", "Khan", school=make_school("Hollyfield Primary"), address=make_address(paon="14"), carer=make_carer()
    )


def test_a_health_visitor_finds_a_misspelt_child_and_flags_involvement_by_keyboard(
    own_database, amina, new_page, sign_in
):
    hazel = works_for(make_service(), telephone="0121 496 0101")
    page = new_page()
    sign_in(page, hazel)
    page.goto("/find/")
    keys = Keys(page)

    keys.tab_to("Surname")
    keys.type("Kahn")
    keys.press("Tab")
    keys.type("Ameena")
    keys.press("Enter")
    page.get_by_text("1 child may be meant").wait_for()
    for _ in range(30):
        keys.press("Tab")
        if page.evaluate("document.activeElement.innerText") == "Amina Khan":
            break
    keys.press("Enter")
    page.get_by_text("Why do you open this record?").wait_for()
    keys.tab_to("I am working with this child or family, or am about to")
    keys.press("Space")
    keys.press("Enter")
    page.get_by_role("heading", level=1, name="Amina Khan").wait_for()
    keys.tab_to("Services and concerns")
    keys.press("Enter")
    page.get_by_role("button", name="Raise a concern").wait_for()
    page.wait_for_load_state()
    keys.press("k")
    page.get_by_role("button", name="Known to us").wait_for()
    keys.tab_to("Known to us")
    keys.press("Enter")
    page.get_by_text("1 child known to Health visiting.").wait_for()

    assert Involvement.objects.get().practitioner.user == hazel
    assert keys.count < 90


def test_a_concern_reaches_two_services_and_is_acknowledged(own_database, amina, new_page, sign_in, look):
    visiting = make_service()
    nursing = make_service("School nursing", "school_nursing", email="nursing@example.org")
    duty = make_service("Front door", "social_care", hears_concerns=True, email="door@example.org")
    hazel, nora = works_for(visiting), works_for(nursing, name="Nora Nurse")
    with said_by():
        for service in (visiting, nursing):
            Involvement.objects.create(child=amina, service=service, from_date=TODAY, confirmed_on=TODAY, **basis())
    page = new_page()
    sign_in(page, hazel)

    page.goto(f"/children/{amina.index_number}/sections/services/")
    page.get_by_role("button", name="Raise a concern").click()
    look(page, "concern-raise")
    page.get_by_label("What is it about?").select_option(index=1)
    page.get_by_label("On what is it based?").fill("Alone at home twice this week")
    page.get_by_role("button", name="Raise the concern").click()
    page.get_by_text("those chosen are being told").wait_for()
    work()
    look(page, "concern")
    nurse = new_page()
    sign_in(nurse, nora)
    nurse.goto("/notices/")
    nurse.get_by_text("1 cause for concern to acknowledge.").wait_for()
    look(nurse, "notices")
    nurse.get_by_role("link", name="Raised by Health visiting").click()
    nurse.get_by_role("button", name="We know of it").wait_for()
    nurse.wait_for_load_state()
    nurse.keyboard.press("k")
    nurse.get_by_text("Acknowledged by Nora Nurse").wait_for()

    told = {one.service: bool(one.acknowledged_at) for one in ConcernAudience.objects.select_related("service")}
    assert told == {nursing: True, duty: False}
    assert Concern.objects.get().closed_at is None


def test_every_page_is_fit_to_be_used(own_database, amina, custodian, data_manager, new_page, sign_in, look):
    visiting, clinic = make_service(), make_service("Riverside clinic", "sexual_health", is_sensitive=True)
    hazel = works_for(visiting, role="service_manager", telephone="0121 496 0101")
    works_for(visiting, name="Nora Nurse", job_title="Community nurse")
    with said_by():
        mine = Involvement.objects.create(
            child=amina,
            service=visiting,
            from_date=TODAY,
            confirmed_on=TODAY,
            practitioner=hazel.practices.get(),
            **basis(),
        )
        Involvement.objects.create(
            child=amina,
            service=clinic,
            from_date=TODAY,
            confirmed_on=TODAY,
            suspected_harm="Seen with an adult",
            **basis(),
        )
    zoe = make_child("Zoe", "Okafor")
    page = new_page()
    sign_in(page, hazel)
    child = f"/children/{amina.index_number}/"
    for address in (
        "/find/",
        "/find/?surname=Khan",
        "/find/?surname=Khan&forename=Amina",
        "/find/?surname=Nobody&forename=Nora",
        f"/children/{zoe.index_number}/why/",
        child,
        *(f"{child}{rest}" for rest in ("sections/services/", "known/", "concern/", "contact/")),
        f"{child}involvements/{mine.pk}/",
        f"{child}involvements/{mine.pk}/?doing=end",
        "/my-children/",
        "/notices/",
        f"/services/{visiting.pk}/",
    ):
        page.goto(address)
        look(page, address.strip("/").replace("/", "-").replace(amina.index_number, "amina")[:60] or "home")
    page.goto(f"{child}contact/")
    page.get_by_label("Why do you need to speak to them?").fill("To agree on who visits")
    page.get_by_role("button", name="Ask the index team").click()
    page.get_by_text("The index team has been asked").wait_for()
    team = new_page()
    sign_in(team, custodian)
    team.goto("/contact/")
    look(team, "contact-requests")
    team.get_by_role("link", name="Amina Khan").click()
    look(team, "contact-request")
    council = new_page()
    sign_in(council, data_manager)
    for address in ("/services/", "/services/add/"):
        council.goto(address)
        look(council, address.strip("/").replace("/", "-"))


def test_a_shielded_child_is_not_found_by_address_and_is_brokered(
    own_database, amina, custodian, new_page, sign_in, look
):
    hazel = works_for(make_service())
    shield(amina)
    page = new_page()
    sign_in(page, hazel)

    page.goto("/find/?carer=Farah+Nobody&address=14+Example+Road")
    page.get_by_text("Nobody was found").or_(page.get_by_text("may be meant")).first.wait_for()
    assert "Amina Khan" not in page.inner_text("main")
    page.goto("/find/?surname=Khan&forename=Amina")
    page.get_by_text("Withheld").wait_for()
    page.get_by_role("link", name="Amina Khan").click()
    page.get_by_label("I am worried about this child").check()
    page.get_by_role("button", name="Open the record").click()
    page.get_by_role("link", name="Services and concerns").click()
    page.get_by_role("link", name="Ask the index team to make contact").click()
    page.get_by_label("Why do you need to speak to them?").fill("The mother asked for a visit")
    page.get_by_role("button", name="Ask the index team").click()
    page.get_by_text("The index team has been asked").wait_for()
    team = new_page()
    sign_in(team, custodian)
    team.goto("/contact/")
    team.get_by_role("link", name="Amina Khan").click()
    team.get_by_label("What do you tell the service that asked?").fill("They ring you on Monday")
    team.get_by_role("button", name="Send the answer").click()
    team.get_by_text("Nobody waits for an answer").wait_for()
    page.goto("/notices/")
    page.get_by_text("They ring you on Monday").wait_for()
    look(page, "brokered")


def test_a_manager_signs_off_a_sample(own_database, amina, governance, new_page, sign_in, look):
    visiting = make_service()
    hazel, mona = works_for(visiting), works_for(visiting, name="Mona Manager", role="service_manager")
    page = new_page()
    sign_in(page, hazel)
    page.goto(f"/children/{amina.index_number}/why/")
    page.get_by_label("I am working with this child").check()
    page.get_by_role("button", name="Open the record").click()
    page.get_by_role("heading", level=1, name="Amina Khan").wait_for()
    page.get_by_role("link", name="Household").first.click()
    reviewing.draw(TODAY.replace(day=1))
    manager = new_page()
    sign_in(manager, mona)

    manager.goto("/looks/")
    manager.get_by_text("of your people to sign off.").wait_for()
    look(manager, "looks")
    manager.get_by_label("It fits the work").first.check()
    manager.get_by_label("It is to be asked about").nth(1).check()
    manager.get_by_label("What is to be asked").fill("Why the household?")
    manager.get_by_role("button", name="Sign off").click()
    manager.get_by_text("2 looks signed off.").wait_for()
    team = new_page()
    sign_in(team, governance)
    for address in ("/looks/queries/", "/looks/patterns/", "/overrides/"):
        team.goto(address)
        look(team, address.strip("/").replace("/", "-"))
    team.goto("/looks/queries/")
    team.get_by_role("link", name="Hazel Visitor").click()
    team.get_by_label("What came of it?").fill("Her colleague covered")
    team.get_by_role("button", name="Close it").click()
    team.get_by_text("Her colleague covered").wait_for()

    assert sorted(LookReview.objects.values_list("verdict", flat=True)) == ["fits", "queried"]


def test_the_pages_of_custodians_and_of_whoever_looks_for_another(
    own_database, amina, custodian, data_manager, new_page, sign_in, look
):
    shield(amina)
    hazel = works_for(make_service(), role="service_manager")
    page = new_page()
    sign_in(page, hazel)
    for address in ("/colleague/", "/relatives/", f"/services/{hazel.practices.get().service_id}/lists/"):
        page.goto(address)
        look(page, address.strip("/").replace("/", "-"))
    team = new_page()
    sign_in(team, custodian)
    for address in ("/shields/", f"/children/{amina.index_number}/shield/review/"):
        team.goto(address)
        look(team, address.strip("/").replace("/", "-").replace(amina.index_number, "amina"))
    council = new_page()
    sign_in(council, data_manager)
    council.goto("/services/kinds-of-concern/")
    look(council, "kinds-of-concern")


PAGES = {
    "custodian": ["registry:shields", "registry:shield_requests", "registry:shield_request", "registry:new_identity"],
    "governance": ["registry:homes", "agencies:news", "agencies:query", "agencies:pattern", "agencies:patterns"],
    "data_officer": ["registry:relatives", "registry:shield_ask"],
    "practitioner": ["agencies:subscriptions", "agencies:mediated_look", "agencies:override", "agencies:notices"],
    "service_manager": ["agencies:client_lists", "agencies:looks"],
    "data_manager": ["agencies:service_change", "agencies:service_add"],
}


def test_what_is_rarely_opened_is_fit_to_be_used_too(own_database, new_page, sign_in, look):
    world = small_world()
    with said_by():
        Practitioner.objects.update(may_override=True)
    page, addresses = new_page(), walks.addresses(world)
    for role, names in PAGES.items():
        sign_in(page, world.people[role])
        for name in names:
            page.goto(next(one for one in addresses[name] if is_there(page, one)))
            look(page, name.replace(":", "-"))


def is_there(page, address):
    return page.request.get(address).status == 200


def test_a_shield_is_overridden_looked_behind_once_and_reviewed(own_database, amina, new_page, sign_in, look):
    hazel = works_for(make_service(), may_override=True)
    shield(amina)
    page = new_page()
    sign_in(page, hazel)
    page.goto(f"/children/{amina.index_number}/why/")
    page.get_by_label("I am working with this child").check()
    page.get_by_role("button", name="Open the record").click()
    page.goto(f"/children/{amina.index_number}/override/")
    look(page, "override-asked")
    page.get_by_label("Why must you know where this child is, now?").fill("A threat was made this morning")
    page.get_by_role("button", name="Override the shield").click()
    page.get_by_text("Example Road").first.wait_for()
    look(page, "overridden")
    page.goto(f"/children/{amina.index_number}/")
    page.get_by_text("withheld").first.wait_for()
    assert Override.objects.get().reason == "A threat was made this morning"


def test_a_shield_is_asked_for_and_decided_by_keyboard(own_database, amina, custodian, new_page, sign_in):
    hazel = works_for(make_service())
    theirs, team = new_page(), new_page()
    sign_in(theirs, hazel)
    sign_in(team, custodian)
    theirs.goto(f"/children/{amina.index_number}/why/")
    theirs.get_by_label("I am working with this child").check()
    theirs.get_by_role("button", name="Open the record").click()
    theirs.goto(f"/children/{amina.index_number}/shield/ask/")
    keys = Keys(theirs)
    keys.tab_to("A parent or carer")
    keys.press("Space")
    for text in ("The father has threatened her", "Ring her sister"):
        keys.press("Tab")
        keys.type(text)
    keys.press("Tab")
    keys.press("Enter")
    theirs.get_by_text("The index team has been told.").wait_for()

    team.goto("/shields/")
    team.get_by_role("link", name="1 shield asked for").click()
    team.get_by_role("link", name="Amina Khan").click()
    team.get_by_label("Yes, from now on").check()
    team.get_by_label("What do you tell whoever asked?").fill("Shielded from today")
    team.get_by_role("button", name="Decide").click()
    team.get_by_text("has been told").wait_for()

    theirs.goto(f"/children/{amina.index_number}/")
    theirs.get_by_text("withheld").first.wait_for()
    assert keys.count < 90
