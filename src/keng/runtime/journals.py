"""Opens the journal that the settings name: a file of the data folder, or a NATS server's stream."""

from keng.journal.base import Journal
from keng.journal.jetstream import JetStreamJournal
from keng.journal.sqlite import SqliteJournal
from keng.runtime.settings import Settings


def open_journal(settings: Settings, floor: int) -> Journal:
    """The journal, for this centre alone; offsets start above `floor`, the pipeline's cursor.

    May take seconds. Raises OSError or InUseError with a text for people.
    """
    if not settings.journal_url:
        return SqliteJournal(settings.journal_path, settings.journal_max_bytes, floor=floor)
    journal = JetStreamJournal(
        settings.journal_url, settings.journal_max_bytes, replicas=settings.journal_replicas, floor=floor
    )
    try:
        journal.claim(alone=not settings.workers)
    except BaseException:
        journal.close()
        raise
    return journal
