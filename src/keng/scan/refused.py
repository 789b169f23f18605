"""Something that a scan could not take: a file, a folder, a member of an archive."""

from typing import NamedTuple

from keng.model.rejected import Rejected


class Refused(NamedTuple):
    """where: the label of the file or member; problem: why, and where in it."""

    where: str
    problem: Rejected
