"""The pages of schools' returns and rolls."""

from django.urls import URLPattern, URLResolver, path

from schools.views import campaigns, declaring, movers, own_returns, pupils, returns, rolls, school_year, staff, terms

app_name = "schools"

urlpatterns: list[URLPattern | URLResolver] = [
    path("returns/", returns.returns, name="returns"),
    path("returns/send/", returns.return_send, name="return_send"),
    path("returns/tables/<int:collection_id>/", returns.collection, name="collection"),
    path("roll/", rolls.roll, name="roll"),
    path("roll/<int:urn>/", rolls.roll_page, name="roll_of"),
    path("roll/<int:urn>/confirm/", rolls.roll_confirm, name="roll_confirm"),
    path("roll/<int:urn>/send/", own_returns.send, name="own_send"),
    path("roll/<int:urn>/returns/", own_returns.own_returns, name="own_returns"),
    path("roll/<int:urn>/returns/<int:delivery_id>/", own_returns.own_return, name="own_return"),
    path("roll/<int:urn>/returns/<int:delivery_id>/problems.csv", own_returns.problems_csv, name="own_problems_csv"),
    path("roll/<int:urn>/corrections/", own_returns.corrections, name="own_corrections"),
    path("roll/<int:urn>/movers/", movers.own_movers, name="own_movers"),
    path("roll/<int:urn>/join/", pupils.join, name="join"),
    path("roll/<int:urn>/receipts/<int:return_id>/", pupils.receipt, name="receipt"),
    path("roll/<int:urn>/pupils/<int:enrolment_id>/", pupils.pupil_page, name="pupil"),
    path("roll/<int:urn>/pupils/<int:enrolment_id>/left/", pupils.left, name="left"),
    path("roll/<int:urn>/pupils/<int:enrolment_id>/change/", pupils.change, name="change"),
    path("roll/<int:urn>/pupils/<int:enrolment_id>/away/", pupils.away, name="away"),
    path("roll/<int:urn>/pupils/<int:enrolment_id>/back/", pupils.back, name="back"),
    path("roll/<int:urn>/pupils/<int:enrolment_id>/enquiry/", pupils.enquiry, name="enquiry"),
    path("roll/<int:urn>/pupils/<int:enrolment_id>/tell/<slug:kind>/", pupils.report, name="report"),
    path("roll/<int:urn>/declare/", declaring.declare, name="declare"),
    path("roll/<int:urn>/declarations/<int:declaration_id>/", declaring.declaration, name="declaration"),
    path("roll/<int:urn>/taken/", declaring.taken_from_us, name="taken_from_us"),
    path("roll/<int:urn>/support/", declaring.supported, name="supported"),
    path("roll/<int:urn>/staff/", staff.own_staff, name="own_staff"),
    path("roll/<int:urn>/terms/", terms.own_terms, name="own_terms"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/open/", campaigns.campaign_open, name="campaign_open"),
    path("campaigns/<int:campaign_id>/", campaigns.campaign_page, name="campaign"),
    path("campaigns/<int:campaign_id>/change/", campaigns.campaign_change, name="campaign_change"),
    path("campaigns/<int:campaign_id>/close/", campaigns.campaign_close, name="campaign_close"),
    path("campaigns/<int:campaign_id>/board.csv", campaigns.campaign_csv, name="campaign_csv"),
    path("campaigns/<int:campaign_id>/remind/", campaigns.campaign_remind, name="campaign_remind"),
    path("campaigns/<int:campaign_id>/schools/<int:urn>/", campaigns.campaign_school, name="campaign_school"),
    path("school-year/", school_year.school_year, name="school_year"),
    path("terms/", terms.terms, name="terms"),
    path("movers/", movers.movers, name="movers"),
    path("movers/next/", movers.movers_next, name="movers_next"),
    path("movers/reports/<int:report_id>/", movers.report, name="mover_report"),
    path("movers/absences/<int:absence_id>/", movers.absence, name="mover_absence"),
    path("movers/leavers/<int:enrolment_id>/", movers.leaver, name="mover_leaver"),
    path("school-staff/", staff.staff, name="staff"),
    path("school-staff/<int:post_id>/end/", staff.post_end, name="post_end"),
]
