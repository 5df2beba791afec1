"""The page that load balancers ask."""

from django.db import connection


def test_the_health_page_answers_without_signing_in(client, db):
    response = client.get("/health/")

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
    assert "no-store" in response["Cache-Control"]


def test_the_health_page_says_so_when_the_database_is_gone(client, own_database):
    connection.close()
    connection.settings_dict["NAME"] = "there_is_no_such_database"

    response = client.get("/health/")

    assert response.status_code == 503
    assert "own" not in response.content.decode()


def test_the_health_page_can_be_read_in_a_browser(browser_page):
    response = browser_page.goto("/health/")

    assert response.status == 200
