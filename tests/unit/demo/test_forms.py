from keng.demo.forms import read_forms

PAGE = """
<form action="/search"><input name="q" value="a &amp; b"></form>
<form id="f" method="post" action="/warnings/3/publish" enctype="multipart/form-data">
  <input type="hidden" name="csrf" value="s3cret">
  <input type="checkbox" name="agency" value="bvdk" checked><input type="checkbox" name="agency" value="khenam">
  <input type="radio" name="finding" value="hit"><input type="radio" name="finding" value="not_hit" checked>
  <select name="tlp"><option value="a">A</option><option value="b" selected>B</option></select>
  <select name="level"><option value="1">1</option><option value="2">2</option></select>
  <select name="many" multiple><option value="x">x</option></select>
  <textarea name="note">
dòng một
dòng hai</textarea>
  <input type="file" name="file"><input name="off" value="1" disabled>
  <button name="action" value="go">Go</button>
</form>
<input form="f" name="outside" value="1">
"""


def test_a_form_sends_what_a_browser_would_send() -> None:
    search, publish = read_forms(PAGE)
    assert (search.method, search.values) == ("get", [("q", "a & b")])
    assert (publish.method, publish.multipart) == ("post", True)
    assert publish.values == [
        ("csrf", "s3cret"),
        ("agency", "bvdk"),
        ("finding", "not_hit"),
        ("tlp", "b"),
        ("level", "1"),
        ("note", "dòng một\ndòng hai"),
        ("outside", "1"),
    ]


def test_choices_are_known_also_where_nothing_is_chosen() -> None:
    publish = read_forms(PAGE)[1]
    assert publish.choices["agency"] == ["bvdk", "khenam"]
    assert publish.choices["finding"] == ["hit", "not_hit"]
    assert publish.choices["many"] == ["x"]


def test_changes_replace_values_of_their_name() -> None:
    publish = read_forms(PAGE)[1]
    sent = publish.filled({"agency": ["khenam", "sotc"], "note": "x"})
    assert [value for name, value in sent if name == "agency"] == ["khenam", "sotc"]
    assert [value for name, value in sent if name == "note"] == ["x"]
    assert ("csrf", "s3cret") in sent


def test_a_page_without_forms_and_a_broken_page_are_read() -> None:
    assert read_forms("<p>nothing") == []
    assert read_forms("<form action='/a'><select name=x><option")[0].values == []
