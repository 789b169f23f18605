"""The built files by their manifest."""

from pathlib import Path

from keng.web.assets import read_assets


def test_the_manifest_names_script_and_styles(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/manifest.json").write_text(
        '{"src/main.ts": {"file": "assets/main-1.js", "css": ["assets/main-2.css"], "isEntry": true}}'
    )
    assets = read_assets(tmp_path)
    assert assets.script == "/static/dist/assets/main-1.js"
    assert assets.styles == ("/static/dist/assets/main-2.css",)


def test_an_unbuilt_console_still_answers(tmp_path: Path) -> None:
    assert read_assets(tmp_path) == ("", ())
