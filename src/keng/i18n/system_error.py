"""What the operating system refused, in the reader's language and with what helps."""

import errno
import os

from keng.i18n import _


def system_error(error: BaseException) -> str:
    """The reason of an error of files, folders or connections; an unusual one in the system's own words."""
    number = getattr(error, "errno", None)
    if not isinstance(error, OSError) or number is None:
        return str(error)
    return _usual(number) or error.strerror or os.strerror(number)


def _usual(number: int) -> str:
    return {
        errno.ENOENT: _("no such file or folder"),
        errno.EACCES: _("no right to it: use another account, or give this one the right"),
        errno.EPERM: _("not permitted to this account"),
        errno.EISDIR: _("it is a folder"),
        errno.ENOTDIR: _("a part of the path is no folder"),
        errno.EEXIST: _("it exists already"),
        errno.ENOSPC: _("the disk is full"),
        errno.EDQUOT: _("the disk quota is used up"),
        errno.EROFS: _("the disk can only be read"),
        errno.EIO: _("the disk does not answer rightly: copy what is on it, then check it"),
        errno.ELOOP: _("symbolic links that lead in a circle"),
        errno.ENAMETOOLONG: _("the name is too long"),
        errno.EMFILE: _("too many files are open in this process"),
        errno.EADDRINUSE: _("the port is in use by another program"),
        errno.EADDRNOTAVAIL: _("this machine has no such address"),
        errno.ECONNREFUSED: _("nothing listens there"),
        errno.ETIMEDOUT: _("no answer in time"),
    }.get(number, "")
