"""The pages of services, and what they add to a child's record."""

from django.urls import URLPattern, URLResolver, path

from agencies.views import clients, finding, record, reviews, services, special, whereabouts, working
from registry.urls import CHILD

app_name = "agencies"

urlpatterns: list[URLPattern | URLResolver] = [
    path("find/", finding.find, name="find"),
    path("my-children/", working.my_children, name="caseload"),
    path("my-children/whereabouts/", whereabouts.own_whereabouts, name="own_whereabouts"),
    path("notices/", working.notices, name="notices"),
    path("concerns/<int:concern_id>/", working.concern, name="concern"),
    path("contact/", working.contact_requests, name="contact_requests"),
    path("contact/<int:request_id>/", working.contact_request, name="contact_request"),
    path("our-service/", services.our_service, name="our_service"),
    path("services/", services.services, name="services"),
    path("services/kinds-of-concern/", services.concern_kinds, name="concern_kinds"),
    path("services/add/", services.service_change, name="service_add"),
    path("services/<int:service_id>/", services.service, name="service"),
    path("services/<int:service_id>/change/", services.service_change, name="service_change"),
    path("services/<int:service_id>/override/<int:practitioner_id>/", services.override_right, name="override_right"),
    path("services/<int:service_id>/lists/", clients.client_lists, name="client_lists"),
    path("services/<int:service_id>/lists/<int:delivery_id>/", clients.client_list, name="client_list"),
    path("looks/", reviews.looks, name="looks"),
    path("looks/queries/", reviews.queries, name="queries"),
    path("looks/queries/<int:review_id>/", reviews.query, name="query"),
    path("looks/patterns/", reviews.patterns_page, name="patterns"),
    path("looks/news/", reviews.news, name="news"),
    path("notices/choose/", working.subscriptions, name="subscriptions"),
    path("looks/patterns/<int:pattern_id>/", reviews.pattern, name="pattern"),
    path("overrides/", special.overrides, name="overrides"),
    path("overrides/<int:override_id>/", special.override_review, name="override_review"),
    path("colleague/", special.colleague, name="colleague"),
    path("colleague/<int:look_id>/", special.mediated_look, name="mediated_look"),
    path(f"{CHILD}override/", special.override, name="override"),
    path(f"{CHILD}why/", finding.why, name="why"),
    path(f"{CHILD}known/", record.known, name="known"),
    path(f"{CHILD}involvements/<int:involvement_id>/", record.involvement, name="involvement"),
    path(f"{CHILD}concern/", record.concern_raise, name="concern_raise"),
    path(f"{CHILD}contact/", record.contact_ask, name="contact_ask"),
]
