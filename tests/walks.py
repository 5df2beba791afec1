"""Every address of the site, each with what to put in its place-holders, for the tests that walk through all of them.

A new page needs an entry in `SAMPLES`: the name of its address, and a function from the small world of `tests.worlds`
to the addresses to visit. `plain` gives the page itself, `children` the page of each child, with each of the queries.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Max
from django.urls import URLPattern, get_resolver, reverse

from agencies.models import ContactRequest, LookReview, MediatedLook, Override, Pattern, Practitioner, Service
from childindex.models import Approval, Job
from registry.balance.lines import Line
from registry.models import (
    AccessEntry,
    AccessPayload,
    Correction,
    Delivery,
    DeliveryRow,
    Enrolment,
    FirstLoad,
    ListMatch,
    ShieldedFinding,
    Suspicion,
)
from schools.models import Absence, Campaign, Collection, Declaration, PupilReturn, Report
from tests.worlds import HIDDEN, SECTIONS, World

Sample = Callable[[World], list[str]]


@dataclass(frozen=True)
class Page:
    """One URL pattern: by name where it has one, otherwise by its route."""

    name: str
    route: str
    view: Callable


def pages() -> list[Page]:
    """Every URL pattern of the project."""
    return list(_pages(get_resolver().url_patterns, route="", spaces=()))


def _pages(patterns, *, route: str, spaces: tuple[str, ...]) -> Iterator[Page]:
    for one in patterns:
        whole = route + str(one.pattern)
        if isinstance(one, URLPattern):
            yield Page(":".join([*spaces, one.name]) if one.name else whole, whole, one.callback)
        else:
            yield from _pages(one.url_patterns, route=whole, spaces=(*spaces, *filter(None, [one.namespace])))


def addresses(world: World) -> dict[str, list[str]]:
    """What to visit, by the name of the page."""
    return {page.name: SAMPLES[page.name](world) for page in pages() if page.name in SAMPLES}


def worth_asking(world: World, user) -> dict[str, list[str]]:
    """What to visit as somebody, by the name of the page.

    Whoever lacks the permission of a page is refused before its view begins, whatever the address: of such a page two
    addresses stand for all.
    """
    views = {page.name: page.view for page in pages()}
    found = addresses(world)
    for name in found:
        needed = getattr(views[name], "required_permission", None)
        if needed is not None and not user.may(needed):
            found[name] = found[name][:2]
    return found


def whole_walk(browser, world: World, user) -> Iterator["Answer"]:
    """Every page in order, and the forms that answer with children. A page that fails is told of by its answer."""
    for name, found in worth_asking(world, user).items():
        for address in found:
            yield replace(visit(browser, address), page=name)
        for sent in SENT.get(name, []):
            yield replace(visit(browser, reverse(name), sent=sent), page=name)


def plain(name, *queries):
    """The page itself, and with each of the queries."""
    return lambda world: [_asked(reverse(name), query) for query in ("", *queries)]


def fixed(*found):
    return lambda world: list(found)


def children(name, *queries, **arguments):
    """The page for each child, and with each of the queries for those of whom there is most to say or to hide.

    `arguments` are the page's other place-holders.
    """
    return lambda world: [
        _asked(reverse(name, kwargs={"index_number": child.index_number, **arguments}), query)
        for who, child in world.children.items()
        for query in ("", *(queries if who in ("plain", "shielded", "shadow") else ()))
    ]


def few(name):
    """The page for three children: one open to all, one shielded, and one that a shielded one stands for."""
    return lambda world: [reverse(name, args=[world[who].index_number]) for who in ("plain", "shielded", "shadow")]


def facts(name):
    """The page for a fact of each kind, and for ids that are another child's, hidden, or nobody's."""

    def found(world):
        asked = [("plain", kind, _first(kind, world["plain"], world)) for kind in SECTIONS]
        asked += [("plain", "residence", world.ids_to_come["residence"][0]), ("plain", "nonsense", 1)]
        asked += [("shielded", kind, _first(kind, world["shielded"], world)) for kind in ("name", "care")]
        asked += [("shielded", kind, pk) for kind in ("residence", "identifier") for pk in world.ids_to_come[kind]]
        return [
            reverse(name, kwargs={"index_number": world[who].index_number, "kind": kind, "fact_id": fact_id})
            for who, kind, fact_id in asked
        ]

    return found


def _first(kind, child, world):
    """The id of the child's first fact of a kind."""
    return SECTIONS[kind].objects.filter(child=child).order_by("pk").values_list("pk", flat=True)[0]


def _asked(address, query):
    return f"{address}?{query}" if query else address


def _acts(world):
    numbers = [world.deeds[0].pk, world.deeds[0].pk - 1, world.deeds[0].pk + 40]
    return [
        reverse("registry:undo", kwargs={"index_number": world[who].index_number, "act_id": number})
        for who in ("plain", "shielded")
        for number in numbers
    ]


def _cares(world):
    found = []
    for who in ("plain", "sibling", "shielded"):
        for care_id in [_first("care", world[who], world), *world.ids_to_come["care"]]:
            arguments = {"index_number": world[who].index_number, "care_id": care_id}
            found.append(reverse("registry:carer_edit", kwargs=arguments))
    return found


def _kinds(world):
    return [
        reverse("registry:fact_add", kwargs={"index_number": world[who].index_number, "kind": kind})
        for who in ("plain", "sibling", "shielded", "shadow")
        for kind in [*SECTIONS, "nonsense"]
    ]


def _searches(world):
    """Names well and badly spelt, everything that either world hides, each alone and with a name; and the filters."""
    typed = [
        "vexley",
        "ottoline vexly 3/10/2016",
        "3 10 2016",
        "thornbury b4 7da",
        "oglethorpe philippa",
        "nonsense",
        "%",
    ]
    typed += [each for value in hidden_values() for each in (value, f"vexley {value}")]
    typed += [world[who].index_number for who in ("plain", "shielded", "shadow")]
    asked = [{"q": text} for text in typed]
    asked += [{field: value} for value in hidden_values() for field in ("postcode", "address", "carer", "identifier")]
    asked += [{"surname": "vexley", "forename": "o", "telephone": values["telephone"]} for values in HIDDEN.values()]
    asked += [{"school": name} for name in ("999103", "Larkmoor Primary", "Fernhill Primary", "Hollyfield Primary")]
    asked += [{"area": area} for area in ("B15", "B29", "B4", *(values["ward"] for values in HIDDEN.values()))] + [
        {"state": "moved_away"},
        {"state": "live"},
    ]
    asked += [{"sex": "F"}, {"sex": "F", "page": 2}, {"year_group": "5"}, {"age_from": 5, "age_to": 12}, {"sex": "?"}]
    asked += [
        {"q": "vexley", "state": "moved_away"},
        {"q": "vexley", "school": "999103"},
        {"q": "vexley", "area": "B29"},
    ]
    return [reverse("registry:search"), *(f"{reverse('registry:search')}?{urlencode(one)}" for one in asked)]


def _pairs(world):
    """Two records side by side: both open to everybody, one behind a shield, one superseded, one and the same."""
    pairs = [("plain", "sibling"), ("sibling", "plain"), ("plain", "shielded"), ("shielded", "twin")]
    pairs += [("plain", "duplicate"), ("unknown", "shadow"), ("plain", "plain")]
    return [
        reverse("registry:merge", kwargs={"index_number": world[one].index_number, "other": world[two].index_number})
        for one, two in pairs
    ]


def _suspicions(name):
    """Every pair on the list of suspected duplicates, and one that is not."""
    return [reverse(name, args=[pk]) for pk in (*Suspicion.objects.order_by("pk").values_list("pk", flat=True), 999)]


def _numbered(name):
    """The pages of the first two, of which the second is hidden in one of two worlds and not there in the other."""
    return lambda world: [reverse(name, args=[pk]) for pk in (1, 2, 999)]


def _lines(name, *queries):
    """The page of each line of the balance, of the fullest with each of the queries, and of none."""

    def found(world):
        lines = [reverse(name, args=[line]) for line in (*Line, "nonsense")]
        return [*lines, *(_asked(reverse(name, args=["not_confirmed"]), query) for query in queries)]

    return found


def _new_children():
    """The first step of adding a child, which is a search, with what either world hides."""
    born = {"date_of_birth_day": "3", "date_of_birth_month": "10", "date_of_birth_year": "2016"}
    name = {"step": "look", "forename": "Ottoline", "surname": "Vexley", **born}
    return [{}, name, *({**name, "postcode": values["postcode"]} for values in HIDDEN.values())]


def _log(name):
    """The log, asked by person, day, kind and each child."""

    def found(world):
        asked = ["", "by=olive", "by=casey+custodian", "kind=opened", "kind=nonsense", "page=2", "child=nonsense"]
        asked += ["since=2026-01-01&until=2026-01-31", "since_day=1&since_month=1&since_year=2020", NONSENSE]
        asked += [f"child={child.index_number}" for child in world.children.values()]
        return [_asked(reverse(name), query) for query in asked]

    return found


def _entries(world):
    last = last_entry()
    return [reverse("registry:access_log_entry", args=[entry]) for entry in [*range(1, last + 1)[:40], 10**9]]


def _accounts(world):
    return [reverse("user", args=[person.pk]) for person in world.people.values()] + [reverse("user", args=[9999])]


def _deeds(world):
    codes = ("role", "suspend", "close", "reopen", "second-factor", "reviews", "invite", "nonsense")
    return [reverse("user_deed", args=[world.people["outsider"].pk, code]) for code in codes]


def _first_loads(name, *queries):
    found = [reverse(name, args=[load_id]) for load_id in (*FirstLoad.objects.values_list("pk", flat=True), 999)]
    return [_asked(address, query) for address in found for query in ("", *queries)]


def _list_matches(name):
    return [reverse(name, args=[match_id]) for match_id in (*ListMatch.objects.values_list("pk", flat=True), 999)]


def _each(name, model, *queries):
    """The page of each row of a model, and of one that is not."""
    return lambda world: [
        _asked(reverse(name, args=[pk]), query)
        for pk in (*model.objects.order_by("pk").values_list("pk", flat=True), 999)
        for query in ("", *queries)
    ]


def _of_school(name, model):
    """The page of each row of a model at its own school, at another, and at none."""
    return lambda world: [
        reverse(name, args=[urn, pk])
        for pk in (*model.objects.order_by("pk").values_list("pk", flat=True), 999)
        for urn in (999101, 999104, 1)
    ]


def _spells(world, *whose):
    """Places on rolls: those that are open to all, and the ids that come after them, which are hidden."""
    held = Enrolment.objects.filter(child__in=[world[who] for who in whose if who != "shielded"])
    return [*held.order_by("pk").values_list("pk", flat=True), *world.ids_to_come["enrolment"]]


def _pupils(name, *more):
    """The page of each place on a roll: by its own school, by another's, and by one that is hidden."""
    return lambda world: [
        reverse(name, args=[urn, pk, *rest])
        for pk in (*_spells(world, "plain", "unknown"), 999)
        for urn in (999101, 999104, 999102)
        for rest in ([[one] for one in more] or [[]])
    ]


SHOWN = ("show=to_decide", "show=confirmed", "show=joined", "show=refused", "show=absent", "show=received")


def _files(name):
    return [reverse(name, args=[file_id]) for file_id in (*Delivery.objects.values_list("pk", flat=True), 999)]


def _rows_of_files(name):
    rows = DeliveryRow.objects.order_by("pk").values_list("delivery_id", "number", "child__index_number")
    keys = ((file_id, str(number or missing)) for file_id, number, missing in rows)
    return [reverse(name, args=pair) for pair in (*keys, (999, "1"))]


def _looking_back(day):
    return [urlencode({"on": day, "as": question}) for question in ("true", "believed")]


DAYS = [*_looking_back("2024-02-01"), *_looking_back("2025-02-01"), *_looking_back("2019-01-01")]
NONSENSE = "page=2&sort=address&order=-school&q=%00&on=nonsense&as=nonsense"
DUPLICATES = (
    *(f"part={code}" for code in ("mine", "later", "same", "different", "nonsense")),
    *("school=999101", "school=nowhere", "reason=twins", "reason=birth&age=new", "owner=me", "owner=999", "page=9"),
    NONSENSE,
)
KEY = "3-d2x9-0123456789abcdef"

# What of allauth's own is not offered here, and its addresses of old.
NOT_OFFERED = [
    "account/signup/",
    "account/email/",
    "account/confirm-email/",
    "account/confirm-email/<str:key>/",
    "account/login/code/confirm/",
    "account/3rdparty/",
    "account/3rdparty/signup/",
    *(MOVED := [f"account/social/{page}/" for page in ("login/cancelled", "login/error", "signup", "connections")]),
]
ALLAUTH = """
    account_login account_logout account_inactive account_signup account_reauthenticate account_email
    account_email_verification_sent account_change_password account_set_password account_reset_password
    account_confirm_login_code account_reset_password_from_key_done account_reset_password_done
    mfa_index mfa_authenticate mfa_reauthenticate mfa_activate_totp mfa_deactivate_totp mfa_view_recovery_codes
    mfa_generate_recovery_codes mfa_download_recovery_codes mfa_list_webauthn mfa_add_webauthn
    mfa_reauthenticate_webauthn mfa_login_webauthn
    socialaccount_login_cancelled socialaccount_login_error socialaccount_signup socialaccount_connections
    usersessions_list
""".split()

SAMPLES: dict[str, Sample] = {
    "health": plain("health"),
    **{route: fixed("/" + route.replace("<str:key>", "abc")) for route in NOT_OFFERED},
    **{name: plain(name) for name in ALLAUTH},
    "account_confirm_email": lambda world: [reverse("account_confirm_email", args=["abc"])],
    "account_reset_password_from_key": lambda world: [
        reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": KEY})
    ],
    "mfa_remove_webauthn": lambda world: [reverse("mfa_remove_webauthn", args=[1])],
    "mfa_edit_webauthn": lambda world: [reverse("mfa_edit_webauthn", args=[1])],
    "openid_connect_login": lambda world: [reverse("openid_connect_login", args=["nobody"])],
    "openid_connect_callback": lambda world: [reverse("openid_connect_callback", args=["nobody"])],
    "my_account": plain("my_account"),
    "second_factor": plain("second_factor", "next=/account/"),
    "still_here": lambda world: [reverse("still_here", args=["nonsense"])],
    "accept_invitation": lambda world: [reverse("accept_invitation", args=["nonsense"])],
    "users": plain("users", "q=olive", "role=data_officer&state=active", "overdue=on", "page=9", NONSENSE),
    "invite_user": plain("invite_user"),
    "approvals": plain("approvals"),
    "approval": _each("approval", Approval),
    "clashes": plain("clashes"),
    "places": plain("places"),
    "user": _accounts,
    "user_deed": _deeds,
    "jobs": plain("jobs", "page=2", NONSENSE),
    "job": lambda world: [reverse("job", args=[pk]) for pk in (*Job.objects.values_list("pk", flat=True), 999)],
    "registry:home": plain("registry:home"),
    "registry:behind_shields": plain("registry:behind_shields", "page=2", NONSENSE),
    "registry:confirm_repeated": plain("registry:confirm_repeated"),
    "registry:finding": _each("registry:finding", ShieldedFinding),
    "registry:whereabouts": plain("registry:whereabouts"),
    "registry:whereabouts_of": lambda world: [
        _asked(reverse("registry:whereabouts_of", args=[what, mark]), query)
        for what in ("home", "school", "nonsense")
        for mark, query in (("fresh", ""), ("stale", "school=999101"), ("stale", NONSENSE), ("unknown", ""))
    ],
    "registry:work": plain("registry:work", "of=duplicates", "of=cases", "of=movers", "of=", NONSENSE),
    "registry:work_next": lambda world: [reverse("registry:work_next", args=[place]) for place in (0, 1, 999)],
    "registry:balance": plain("registry:balance"),
    "registry:balance_movements": plain(
        "registry:balance_movements",
        "from=&to=no_roll",
        "from=no_roll&to=confirmed",
        "since_day=1&since_month=1&since_year=2020&until_day=1&until_month=1&until_year=2040",
        "since_day=1&since_month=1&since_year=2020&until_day=2&until_month=1&until_year=2020&from=x&to=y",
        NONSENSE,
    ),
    "registry:balance_line": _lines(
        "registry:balance_line", "by=area", "by=school", "school=999101", "area=Larkhill", "area=Fernbank", NONSENSE
    ),
    "registry:balance_csv": _lines("registry:balance_csv", "sex=F", "area=Larkhill", "area=Fernbank", NONSENSE),
    "registry:homes": plain("registry:homes", "page=9"),
    "registry:shield_ask": children("registry:shield_ask"),
    "registry:new_identity": children("registry:new_identity"),
    "registry:shield_requests": plain("registry:shield_requests", "page=9"),
    "registry:shield_request": lambda world: [reverse("registry:shield_request", args=[pk]) for pk in (1, 2, 999)],
    "registry:search": _searches,
    "registry:child_add": plain("registry:child_add", "surname=vexley&postcode=B15+2TT"),
    "registry:record": children("registry:record", *DAYS, "on_day=1&on_month=2&on_year=2024&as=true", NONSENSE),
    "registry:household": children("registry:household", NONSENSE),
    "registry:schools": children("registry:schools", NONSENSE),
    "registry:record_section": lambda world: [
        address
        for code in ("services", "nonsense")
        for address in children("registry:record_section", code=code)(world)
    ],
    "registry:print": children("registry:print"),
    "registry:history": children("registry:history", "page=2", NONSENSE),
    "registry:child_access": children("registry:child_access", "by=casey", "kind=opened&page=2", NONSENSE),
    "registry:access_log": _log("registry:access_log"),
    "registry:access_log_export": _log("registry:access_log_export"),
    "registry:access_log_entry": _entries,
    "registry:merge_choose": children("registry:merge_choose", "other=nonsense"),
    "registry:merge": _pairs,
    "registry:merges": plain("registry:merges"),
    "registry:duplicates": plain("registry:duplicates", *DUPLICATES),
    "registry:duplicates_next": plain("registry:duplicates_next", *DUPLICATES),
    "registry:duplicates_find": plain("registry:duplicates_find"),
    "registry:duplicate": lambda world: _suspicions("registry:duplicate"),
    "registry:duplicate_ask": lambda world: _suspicions("registry:duplicate_ask"),
    "registry:unmerge": lambda world: [reverse("registry:unmerge", args=[merge_id]) for merge_id in (1, 999)],
    "registry:undo": _acts,
    "registry:deliveries": plain("registry:deliveries", "waiting=any", "named=births", NONSENSE),
    "registry:delivery_send": plain("registry:delivery_send"),
    "registry:delivery_send_by": lambda world: [
        reverse("registry:delivery_send_by", args=[code]) for code in ("births", "contacts", "nonsense")
    ],
    "registry:delivery": lambda world: [
        _asked(address, query) for address in _files("registry:delivery") for query in ("", *SHOWN, NONSENSE)
    ],
    **{
        f"registry:delivery_{name}": lambda world, name=name: _files(f"registry:delivery_{name}")
        for name in ("read", "apply", "release", "problems_csv", "next", "undo")
    },
    "registry:delivery_row": lambda world: _rows_of_files("registry:delivery_row"),
    "registry:delivery_row_ask": lambda world: _rows_of_files("registry:delivery_row_ask"),
    "registry:delivery_alike": lambda world: [
        _asked(address, "choice=same") for address in _rows_of_files("registry:delivery_alike")
    ],
    "registry:corrections": plain("registry:corrections", NONSENSE),
    **{
        f"registry:{name}": lambda world, name=name: [
            reverse(f"registry:{name}", args=[code]) for code in ("child-health", "nonsense")
        ]
        for name in ("corrections_of", "corrections_csv")
    },
    "registry:correction_close": lambda world: [
        reverse("registry:correction_close", args=["child-health", number])
        for number in (*Correction.objects.values_list("pk", flat=True), 999)
    ],
    "registry:feeds": plain("registry:feeds", NONSENSE),
    "registry:feed_add": plain("registry:feed_add"),
    "registry:feed_rules": plain("registry:feed_rules"),
    **{
        f"registry:{name}": lambda world, name=name: [
            reverse(f"registry:{name}", args=[code]) for code in ("births", "contacts", "nonsense")
        ]
        for name in ("feed", "feed_change", "feed_source_add")
    },
    "registry:feed_rule": lambda world: [
        reverse("registry:feed_rule", args=["births", says]) for says in ("home", "nonsense")
    ],
    "registry:feed_columns": lambda world: [
        reverse("registry:feed_columns", args=["births", code]) for code in ("child-health", "hollyfield", "nonsense")
    ],
    "registry:first_loads": plain("registry:first_loads", NONSENSE),
    "registry:first_load_send": plain("registry:first_load_send"),
    "registry:first_load": lambda world: _first_loads("registry:first_load"),
    "registry:first_load_problems": lambda world: _first_loads("registry:first_load_problems", "code=orphan", NONSENSE),
    "registry:first_load_problems_csv": lambda world: _first_loads("registry:first_load_problems_csv"),
    "registry:first_load_suspects": lambda world: _first_loads("registry:first_load_suspects", NONSENSE),
    "registry:first_load_remove": lambda world: _first_loads("registry:first_load_remove"),
    "registry:list_matches": plain("registry:list_matches", NONSENSE),
    "registry:list_matches_all": plain("registry:list_matches_all", NONSENSE),
    "registry:list_match_send": plain("registry:list_match_send"),
    **{
        f"registry:{name}": lambda world, name=name: _list_matches(f"registry:{name}")
        for name in ("list_match", "list_match_file", "list_match_remove")
    },
    "schools:returns": plain("schools:returns", NONSENSE),
    "schools:return_send": plain("schools:return_send"),
    "schools:collection": lambda world: [
        reverse("schools:collection", args=[pk]) for pk in (*Collection.objects.values_list("pk", flat=True), 999)
    ],
    "schools:roll": plain("schools:roll"),
    "schools:roll_of": lambda world: [
        _asked(reverse("schools:roll_of", args=[urn]), query)
        for urn in (999101, 999102, 999103, 1)
        for query in ("", "class=5A", NONSENSE)
    ],
    "schools:roll_confirm": lambda world: [reverse("schools:roll_confirm", args=[urn]) for urn in (999101, 1)],
    **{
        f"schools:{name}": lambda world, name=name: [reverse(f"schools:{name}", args=[urn]) for urn in (999101, 1)]
        for name in ("own_send", "own_returns", "own_corrections")
    },
    **{
        f"schools:{name}": lambda world, name=name: [
            reverse(f"schools:{name}", args=[urn, pk])
            for urn in (999101, 1)
            for pk in (*Delivery.objects.values_list("pk", flat=True), 999)
        ]
        for name in ("own_return", "own_problems_csv")
    },
    **{
        f"schools:{name}": lambda world, name=name: [
            reverse(f"schools:{name}", args=[urn]) for urn in (999101, 999102, 999103, 1)
        ]
        for name in ("own_movers", "join", "declare", "taken_from_us", "supported", "own_terms", "own_staff")
    },
    **{
        f"schools:{name}": _pupils(f"schools:{name}")
        for name in ("pupil", "left", "change", "away", "back", "enquiry", "take_back")
    },
    "schools:report": _pupils("schools:report", "changed", "nonsense"),
    "schools:receipt": _of_school("schools:receipt", PupilReturn),
    "schools:declaration": _of_school("schools:declaration", Declaration),
    "schools:own_whereabouts": lambda world: [
        reverse("schools:own_whereabouts", args=[urn]) for urn in (999101, 999102, 999103, 1)
    ],
    "agencies:own_whereabouts": plain("agencies:own_whereabouts", "page=9"),
    "schools:missing": plain(
        "schools:missing", *(f"show={one}" for one in ("new", "mine", "due", "late", "all")), NONSENSE
    ),
    "schools:missing_figures": plain("schools:missing_figures", NONSENSE),
    "schools:missing_csv": plain("schools:missing_csv", NONSENSE),
    "schools:missing_owners": plain("schools:missing_owners"),
    "schools:missing_tell": few("schools:missing_tell"),
    "schools:pupil_missing": _pupils("schools:pupil_missing"),
    "schools:contact_again": _numbered("schools:contact_again"),
    "schools:authorities": plain(
        "schools:authorities", *(f"show={one}" for one in ("to_answer", "awaited", "late", "done", "all")), NONSENSE
    ),
    "schools:authority_asks": plain("schools:authority_asks"),
    "schools:authority": _numbered("schools:authority"),
    "schools:mailings": plain("schools:mailings", "page=9"),
    "schools:mailing": _numbered("schools:mailing"),
    "schools:letters_write": lambda world: [
        _asked(reverse("schools:letters_write"), query)
        for query in (
            "",
            "show=all",
            "show=mine",
            "home=all",
            "home=new",
            NONSENSE,
            *(f"child={world[who].pk}" for who in ("plain", "shielded", "shadow")),
        )
    ],
    "schools:letter_templates": plain("schools:letter_templates"),
    "schools:letter_template_add": plain("schools:letter_template_add"),
    "schools:letter_template": _numbered("schools:letter_template"),
    "schools:homes": plain(
        "schools:homes",
        *(f"show={one}" for one in ("new", "mine", "late", "to_come", "doubted", "back", "all")),
        NONSENSE,
    ),
    "schools:home": _numbered("schools:home"),
    "schools:home_deed": lambda world: [
        reverse("schools:home_deed", args=[pk, doing])
        for pk in (1, 2, 999)
        for doing in ("contact", "end", "change", "nonsense")
    ],
    "schools:home_notify": few("schools:home_notify"),
    "schools:register": plain("schools:register", *(f"show={one}" for one in ("late", "said", "all")), NONSENSE),
    "schools:register_eligible": plain("schools:register_eligible", "page=9"),
    "schools:register_enter_all": plain("schools:register_enter_all"),
    "schools:register_enter": few("schools:register_enter"),
    "schools:register_entry": _numbered("schools:register_entry"),
    "schools:register_deed": lambda world: [
        reverse("schools:register_deed", args=[pk, doing])
        for pk in (1, 2, 999)
        for doing in ("given", "visit", "parent", "provider", "ask-providers", "leave", "nonsense")
    ],
    "schools:checklist": plain("schools:checklist"),
    "schools:case": _numbered("schools:case"),
    "schools:case_sheet": _numbered("schools:case_sheet"),
    "schools:case_deed": lambda world: [
        reverse("schools:case_deed", args=[pk, doing])
        for pk in (1, 2, 999)
        for doing in (
            "enquire",
            "locate",
            "not-found",
            "mistake",
            "give",
            "reason",
            "ask-authority",
            "hand-over",
            "no-contact",
            "nonsense",
        )
    ],
    "schools:case_open": children("schools:case_open"),
    "schools:movers": plain("schools:movers", "kind=leaver", "whose=council&late=on", "school=holly", NONSENSE),
    "schools:movers_next": plain("schools:movers_next", "after=leaver-1", NONSENSE),
    "schools:mover_report": _each("schools:mover_report", Report),
    "schools:mover_absence": _each("schools:mover_absence", Absence),
    "schools:mover_leaver": lambda world: [
        reverse("schools:mover_leaver", args=[pk]) for pk in (*_spells(world, "plain", "shielded"), 999)
    ],
    "schools:campaigns": plain("schools:campaigns", NONSENSE),
    "schools:campaign_open": plain("schools:campaign_open"),
    "schools:campaign": _each("schools:campaign", Campaign, "state=nothing&late=on", "name=holly", NONSENSE),
    **{
        f"schools:{name}": _each(f"schools:{name}", Campaign)
        for name in ("campaign_change", "campaign_close", "campaign_csv", "campaign_remind")
    },
    "schools:campaign_school": lambda world: [
        reverse("schools:campaign_school", args=[pk, urn])
        for pk in Campaign.objects.values_list("pk", flat=True)
        for urn in (999101, 999102, 1)
    ],
    "schools:terms": plain("schools:terms"),
    "schools:school_year": plain("schools:school_year"),
    "schools:staff": plain("schools:staff", NONSENSE),
    "schools:post_end": lambda world: [reverse("schools:post_end", args=[999])],
    "registry:relatives": plain("registry:relatives"),
    "agencies:find": plain(
        "agencies:find",
        "surname=Thornbury&forename=Wilhelmina",
        "surname=Vexley&forename=Ottoline",
        "surname=Vexley",
        *(f"surname=Vexley&postcode={values['postcode'].replace(' ', '+')}" for values in HIDDEN.values()),
        *(f"carer=Rosamund+Vexley&telephone={values['telephone'].replace(' ', '+')}" for values in HIDDEN.values()),
        NONSENSE,
    ),
    "agencies:caseload": plain("agencies:caseload", "whose=service", "whose=listed", NONSENSE),
    "agencies:news": plain("agencies:news", "page=9"),
    "agencies:subscriptions": plain("agencies:subscriptions"),
    "agencies:notices": plain("agencies:notices"),
    "agencies:our_service": plain("agencies:our_service"),
    "agencies:services": plain("agencies:services"),
    "agencies:override_right": lambda world: [
        reverse("agencies:override_right", args=pair)
        for pair in (*Practitioner.objects.order_by("pk").values_list("service_id", "pk"), (1, 999))
    ],
    "agencies:service_add": plain("agencies:service_add"),
    "agencies:concern_kinds": plain("agencies:concern_kinds"),
    "agencies:looks": plain("agencies:looks", NONSENSE),
    "agencies:queries": plain("agencies:queries"),
    "agencies:query": lambda world: [
        reverse("agencies:query", args=[pk])
        for pk in (*LookReview.objects.filter(verdict="queried").values_list("pk", flat=True), 999)
    ],
    "agencies:patterns": plain("agencies:patterns"),
    "agencies:pattern": _each("agencies:pattern", Pattern),
    "agencies:overrides": plain("agencies:overrides"),
    "agencies:override_review": _each("agencies:override_review", Override),
    "agencies:colleague": plain("agencies:colleague"),
    "agencies:mediated_look": _each("agencies:mediated_look", MediatedLook),
    "agencies:contact_requests": plain("agencies:contact_requests"),
    "agencies:contact_request": _each("agencies:contact_request", ContactRequest),
    "agencies:concern": lambda world: [reverse("agencies:concern", args=[pk]) for pk in (1, 2, 3, 999)],
    **{
        f"agencies:{name}": _each(f"agencies:{name}", Service) for name in ("service", "service_change", "client_lists")
    },
    "agencies:client_list": lambda world: [
        reverse("agencies:client_list", args=[pk, delivery]) for pk in (1, 2) for delivery in (1, 999)
    ],
    **{
        f"agencies:{name}": children(f"agencies:{name}")
        for name in ("why", "known", "concern_raise", "contact_ask", "override")
    },
    "agencies:involvement": lambda world: [
        reverse("agencies:involvement", args=[world[who].index_number, pk])
        for who, pk in (("plain", 1), ("plain", 2), ("shielded", 3), ("shielded", 5), ("sibling", 4))
    ],
    "registry:child_correct": children("registry:child_correct"),
    "registry:shield": children("registry:shield"),
    "registry:shield_review": children("registry:shield_review"),
    "registry:shields": plain("registry:shields"),
    "registry:fact_add": _kinds,
    "registry:carer_edit": _cares,
    **{
        f"registry:fact_{doing}": facts(f"registry:fact_{doing}")
        for doing in ("which", "change", "correct", "end", "remove", "pin", "unpin")
    },
}

# Forms that answer with children, and what to send to each.
SENT: dict[str, list[dict[str, str]]] = {"registry:child_add": _new_children()}

# Pages for people who are not signed in: how to sign in, that the site is up, and where old addresses lead.
PUBLIC = {
    *MOVED,
    "health",
    "accept_invitation",
    "still_here",
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_login_webauthn",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
}


@dataclass(frozen=True)
class Answer:
    """What came of one visit. `listed` are the children whom the entries written meanwhile list."""

    address: str
    status: int
    sent_to: str
    text: str
    listed: frozenset[int]
    page: str = ""

    @property
    def steady(self) -> str:
        """The text without what differs at every visit: tokens, moments, where one is sent back to sign in."""
        told = re.sub(r'(name="(csrfmiddlewaretoken|looked)" value=")[^"]+', r"\1", self.text)
        told = re.sub(r'(name="version" value="[^"]*)-[\d.]+"', r'\1-"', told)  # and when it was decided
        told = re.sub(r"\d\d\d\d-\d\d-\d\dT\d\d:\d\d[^\"<]*|\b\d\d:\d\d(:\d\d)?\b", "", told)
        return f"{self.status} {self.sent_to} {told}"


def look_around(world: World, browser_of: Callable) -> None:
    """Fill the record of looking: everybody opens what they may, and custodians see what others do not."""
    for role in ("data_officer", "custodian", "governing_custodian", "governance"):
        browser = browser_of(world.people[role])
        for who in ("plain", "shielded", "shadow", "sibling"):
            for name in ("record", "household", "history", "child_correct", "child_access"):
                visit(browser, reverse(f"registry:{name}", args=[world[who].index_number]))
    kind = {"one": "residence", "two": "identifier"}[world.hidden]
    custodian = browser_of(world.people["custodian"])
    visit(custodian, reverse("registry:fact_add", args=[world["shielded"].index_number, kind]))


def visit(browser, address: str, *, sent: dict[str, str] | None = None) -> Answer:
    """Ask for a page as a browser does, or send it a form, and read all of what comes."""
    before = last_entry()
    try:
        response = browser.get(address) if sent is None else browser.post(address, sent)
        content = b"".join(response.streaming_content) if response.streaming else response.content
    except Exception as fault:
        return Answer(address, 500, "", repr(fault), frozenset())
    return Answer(
        address=f"{address} {sent}" if sent else address,
        status=response.status_code,
        sent_to=response.headers.get("Location", ""),
        text=content.decode("utf-8", "replace"),
        listed=listed_since(before),
    )


def last_entry() -> int:
    return AccessEntry.objects.aggregate(last=Max("pk"))["last"] or 0


def listed_since(entry: int) -> frozenset[int]:
    """Ids of the children that entries after this one list."""
    found = AccessPayload.objects.filter(entry_id__gt=entry).values_list("children", flat=True)
    return frozenset(child for children in found for child in children)


def typed_by_anybody(world: World) -> list[str]:
    """What somebody might type: names well and badly spelt, everything that is hidden, its beginnings, and nonsense."""
    names = sorted({part for name in world.names.values() for part in name.split()})
    hidden = hidden_values()
    numbers = [child.index_number for child in world.children.values()]
    known = [*names, *hidden, *numbers, *(text[:4] for text in hidden), *(f"{name[:-1]}e" for name in names)]
    days = ["2016-10-03", "3 10 2016", "2017-02-28", "1900-01-01", "31"]
    return [
        *known,
        *days,
        *"0 1 2 9 -1 999101 999104 B15 B29".split(),
        "",
        "%",
        "-surname",
        "address",
        "*",
        "\x00",
        "on",
    ]


def hidden_values() -> list[str]:
    """Everything that either world hides, as somebody would type it."""
    return sorted({value for world in HIDDEN.values() for value in world.values()})
