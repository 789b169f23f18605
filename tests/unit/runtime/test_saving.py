from pathlib import Path

import msgspec
from tests.kept import Kept

from keng.backup.manifest import backups, read_manifest
from keng.backup.verify import Report
from keng.runtime.control import Control
from keng.runtime.control_client import call
from keng.runtime.data_folder import DataFolder
from keng.runtime.saving import BACKUP, VERIFY, BackupRequest, backup_handler, look, verify_handler
from keng.runtime.settings import Settings
from keng.state import audit


def test_a_running_centre_saves_and_checks_itself_when_it_is_asked(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    folder = DataFolder(settings.data_dir)
    kept = Kept(settings)
    kept.work(1, 30)
    control = Control(settings.data_dir)
    control.add(BACKUP, backup_handler(settings, kept.store, kept.state))
    control.add(VERIFY, verify_handler(settings, kept.store, kept.state))
    control.start()
    try:
        request = BackupRequest(str(tmp_path / "saved"), who="an.nv")
        *said, done = call(settings.data_dir, BACKUP, msgspec.to_builtins(request))
        assert said[0]["done"] == 0 and said[0]["whole"] > 0
        assert done["kind"] == "full"
        assert read_manifest(backups(tmp_path / "saved")[0]).name == done["backup"]
        (item,) = call(settings.data_dir, VERIFY, {})
        report = msgspec.convert(item, Report)
        assert report.problems == ()
        assert report.checked["events"] == 30
        assert not report.sealed
        assert look(settings, kept.store, kept.state).problems == ()
        with kept.state.read() as conn:
            (entry,) = audit.entries(conn)
            assert (entry.action, entry.actor) == ("backup.make", "an.nv")
    finally:
        control.stop()
        kept.close()
        folder.release()
