"""Where the demo plays: never in a folder or a database that a real centre might keep."""

import tempfile
from pathlib import Path
from typing import NamedTuple

import msgspec

from keng.i18n import _
from keng.model.rejected import Rejected
from keng.runtime.settings import Settings, default_data_dir


class Stage(NamedTuple):
    """The settings that the demo runs with. temporary: its folder is ours, and goes when the demo ends."""

    settings: Settings
    temporary: bool


def prepare_stage(settings: Settings) -> Stage | Rejected:
    """A new folder: the named one if it is empty, else (none was named) one for this time only.

    The state is always kept in that folder, whatever database the settings name.
    """
    if settings.syslog_port < 0:
        return Rejected(_("the demo sends syslog too: leave out --syslog-port -1"))
    if settings.tls_certificate:
        return Rejected(
            _("the demo stays on this machine and speaks plain HTTP: leave out --tls-certificate")
        )
    named = settings.data_dir
    temporary = named == default_data_dir()
    try:
        if temporary:
            named = Path(tempfile.mkdtemp(prefix="keng-demo-"))
        elif named.exists() and any(named.iterdir()):
            return Rejected(_("the demo needs a new, empty data folder, and {path} is not empty", path=named))
        named.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return Rejected(str(error))
    return Stage(msgspec.structs.replace(settings, data_dir=named, state_url="", journal_url=""), temporary)
