"""What people and machines see."""

import json

import pytest

from keng.send.counts import Counts
from keng.send.progress import Progress


def test_the_status_for_machines_sums_over_the_sources(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(as_json=True)
    progress.counts = [Counts(sent=2, lost_bytes=5), Counts(sent=3, last_refusal="why")]
    progress.show()
    progress.finish(["it broke"])
    out, err = capsys.readouterr()
    status = json.loads(out)
    assert (status["sent"], status["lost_bytes"], status["last_refusal"]) == (5, 5, "why")
    assert status["failures"] == ["it broke"]
    assert "it broke" in err


def test_the_line_for_people_names_only_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(as_json=False)
    progress.counts = [Counts(sent=2)]
    progress.finish([])
    assert capsys.readouterr().err == "2 records sent\n"
    progress.counts = [
        Counts(
            sent=2, refused=1, doubles=1, behind_bytes=4096, spool_bytes=2048, dropped_lines=9, waiting="x"
        )
    ]
    progress.say("a word")
    progress.finish([])
    err = capsys.readouterr().err
    assert err.startswith("a word\n")
    for part in (
        "1 refused",
        "1 files known",
        "4 KiB to send",
        "2 KiB in the spool",
        "LOST: 0 bytes, 9 lines",
        "waiting",
    ):
        assert part in err
