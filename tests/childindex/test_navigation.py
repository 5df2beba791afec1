from childindex import navigation
from tests.childindex.patterns import Officer


def labels(user):
    return [item.label for item in navigation.items_for(user)]


def test_items_stand_in_their_order(pattern_pages, officer):
    navigation.register("record", "Second", permission="view_child", order=20)
    navigation.register("search", "First", permission="view_child", order=10)

    assert labels(officer) == ["First", "Second"]


def test_what_a_role_may_not_do_is_not_in_its_navigation(pattern_pages):
    navigation.register("search", "Search", permission="search_children", order=10)

    assert labels(Officer(granted=frozenset())) == []


def test_somebody_signed_out_gets_nothing(pattern_pages):
    navigation.register("search", "Search", permission="search_children", order=10)
    navigation.register_search("search", permission="search_children")

    assert labels(None) == []
    assert navigation.search_for(Officer(is_authenticated=False)) is None


def test_the_search_box_is_for_those_who_may_search(pattern_pages, officer):
    navigation.register_search("search", permission="search_children")

    assert navigation.search_for(officer).address == "/search/"
    assert navigation.search_for(Officer(granted=frozenset({"view_child"}))) is None


def test_an_item_that_leads_nowhere_is_not_shown_and_is_reported(pattern_pages, officer):
    navigation.register("nowhere", "Nowhere", permission="view_child", order=10)

    assert labels(officer) == []
    assert [error.id for error in navigation.check_items()] == ["childindex.E101"]


def test_every_page_that_the_site_registers_exists():
    assert navigation.check_items() == []
