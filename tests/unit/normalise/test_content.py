from keng.normalise.content import ALLOWED, CONTENT, CONTENT_OF

NEEDED_BY_DETECTION = {
    "commandline", "parentcommandline", "scriptblocktext", "payload", "contextinfo", "message", "details", "data",
    "c-uri", "cs-uri", "cs-uri-query", "c-uri-query", "cs-user-agent", "c-useragent", "cs-referer", "cs-cookie",
    "query", "queryname", "subject", "hashes", "targetfilename", "filename", "pipename", "destination",
    "http.url", "http.http_user_agent", "tls.subject", "certificate.subject", "hostapplication", "a0", "a1",
}  # fmt: skip


def test_names_are_written_in_lower_case() -> None:
    for names in (CONTENT, *ALLOWED.values(), *CONTENT_OF.values()):
        assert all(name == name.lower() for name in names)


def test_what_attacks_are_seen_in_is_no_content() -> None:
    assert not NEEDED_BY_DETECTION & CONTENT
    assert not {name for name in NEEDED_BY_DETECTION for content in CONTENT if name.endswith("." + content)}


def test_subjects_and_bodies_are_on_no_list_of_what_passes() -> None:
    for allowed in ALLOWED.values():
        assert not {"subject", "body", "value", "addl", "message"} & allowed
