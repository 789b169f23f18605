"""Which journal the settings choose."""

from pathlib import Path

import pytest
from tests.servers.nats import NatsServer

from keng.journal.jetstream import JetStreamJournal
from keng.journal.lock import InUseError
from keng.journal.sqlite import SqliteJournal
from keng.runtime.journals import open_journal
from keng.runtime.settings import Settings


def test_a_file_of_the_data_folder_without_an_address(tmp_path: Path) -> None:
    journal = open_journal(Settings(data_dir=tmp_path), 7)
    assert isinstance(journal, SqliteJournal)
    assert journal.last_offset() == 7
    journal.close()


def test_the_stream_of_a_broker_for_one_centre_alone(tmp_path: Path) -> None:
    server = NatsServer(tmp_path)
    try:
        settings = Settings(data_dir=tmp_path, journal_url=server.url)
        journal = open_journal(settings, 7)
        assert isinstance(journal, JetStreamJournal)
        assert journal.last_offset() == 7
        with pytest.raises(InUseError):
            open_journal(settings, 7)
        journal.close()
        open_journal(settings, 7).close()
    finally:
        server.kill()
