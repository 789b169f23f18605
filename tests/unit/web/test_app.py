"""The application as a whole."""

from typing import Any

from keng.web.app import create_app


def test_it_describes_itself_to_nobody(browser: Any) -> None:
    assert browser("quan.tri").get("/schema").status_code == 404


def test_two_apps_can_be_made_of_one_centre(centre: Any) -> None:
    assert create_app(centre) is not create_app(centre)


def test_it_answers_those_who_watch_over_the_process(browser: Any) -> None:
    assert browser("").get("/ready").text == "ready\n"


def test_static_files_cannot_be_left(browser: Any) -> None:
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py"):
        assert browser("").get(path).status_code == 404
