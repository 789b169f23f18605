"""Entries of several lines: which line goes on with the entry before it. Pure, bounded in lines and bytes.

    any log        lines that begin with a blank or a tab (stack frames, PostgreSQL's statements, journalctl's messages)
    Java, .NET     "Caused by: …", "Suppressed: …", "--- End of …", and an exception's own line under the logger's
    Python         everything from "Traceback (most recent call last):" to the exception's line, chained ones too
    PHP, Ruby      "#0 /srv/…", "app/x.rb:1:in `y'"
    MySQL          of the slow log from "# Time:" to the next; of the general log statements of several lines
    CSV            PostgreSQL's, as long as a quoted value is open

A line that begins like an entry of its own (time stamp, priority, record) never goes on with another. Empty lines are left
out. Where a sender may have taken the indentation away (`flat`), stack frames are known by their words. An entry has at
most MAX_LINES lines and MAX_BYTES bytes; what would go on after that stands alone.
"""

import re
from collections.abc import Iterable, Iterator

from keng.model.rejected import Rejected

MAX_LINES = 1000
MAX_BYTES = 256 * 1024

# What begins an entry, even where it is indented.
_OWN = re.compile(
    rb"<\d{1,3}>|\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:|(?:[A-Z][a-z]{2} )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    rb"{1,2}\d{1,2} |type=[A-Z_]{3,32} msg=audit|<Event[ >]|\[\d{4}-\d\d-\d\d|\[[A-Z][a-z]{2} [A-Z][a-z]{2} "
)
_TRACEBACK = b"Traceback (most recent call last):"
_CHAINED = (
    b"During handling of the above exception",
    b"The above exception was the direct cause",
    _TRACEBACK,
)
_GOES_ON = (
    b"Caused by: ",
    b"Suppressed: ",
    b"Wrapped by: ",
    b"--- End of ",
    b" ---> ",
    b"} [",
    b"</AUDIT_RECORD>",
    b"/>",
    *_CHAINED,
)
_PYTHON_THROWN = re.compile(rb"[A-Za-z_][\w.]{0,255}(?:: |:?$)")
_JAVA_THROWN = re.compile(
    rb"(?:[a-zA-Z_$][\w$]{0,63}\.){1,12}[A-Z][\w$]{0,127}(?:Exception|Error|Throwable|Failure)(?:: |$|\s)"
)
_FRAME = re.compile(rb"#\d{1,4} (?:/|\{main\}|\[internal|[A-Z]:)|[\w./\-]{1,256}\.(?:rb|erb):\d{1,7}:in ['`]")
_SLOW = (b"# Time: ", b"# User@Host: ")
_MYSQL_HEAD = re.compile(rb"(?:/\S{1,255}|[A-Z]:\\\S{1,255}), Version: |Tcp port: |Time {1,32}Id Command")
_GENERAL = re.compile(
    rb"(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\S{1,6}|\d{6} {1,2}\d{1,2}:\d\d:\d\d|\t)\s{1,16}\d{1,20}[ \t]"
    rb"(?:Connect|Query|Quit|Init DB|Prepare|Execute|Close stmt|Field List|Change user|Reset stmt|Shutdown|Statistics|Ping)\b"
)
# Also where it is cut: a file's last line.
_STAMPED = re.compile(
    rb"\d{4}-\d\d-\d\d[T ]\d\d:|\d{6} {1,2}\d{1,2}:\d\d:|\d{1,4}-?$|\d{4}-\d{1,2}-?$|\d{4}-\d\d-\d{1,2}[T ]?\d{0,2}$|\d{6} {0,2}\d{0,2}:?\d{0,2}$"
)
# What no line of a statement begins with: another program's entry, in a file or stream that several write to.
_ELSES = re.compile(
    rb"<\d{1,3}>|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d{1,2} \d\d:|\{\"|type=[A-Z_]{3,32} msg=audit|"
    rb"<Event[ >]|CEF:\d|LEEF:\d|\[[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d|\d{1,3}(?:\.\d{1,3}){3} \S{1,64} \S{1,64} \["
)
_CSV = re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [A-Z+\-0-9:]{1,6},")
# What a stack trace or a statement may follow.
_FAILURE = re.compile(
    rb"\b(?:ERROR|FATAL|SEVERE|CRITICAL|PANIC)\b|Exception|Error\b|\bpanic\b|Unhandled|Uncaught|statement: |:\s*$"
)
# The same without indentation.
_FLAT = re.compile(
    rb"at (?:async )?[\w$.<>/@ \[\]]{1,512}\(|at /\S{1,512}:\d{1,7}:\d|\.\.\. \d{1,6} (?:more|common)"
    rb'|File "[^"]{1,512}", line \d'
)
_FLAT_THROWN = re.compile(
    rb"[A-Za-z_$][\w.$]{0,255}(?:Error|Exception|Throwable|Failure|Interrupt|Exit|Warning|Operation|DoesNotExist)(?:: |:?$)"
)
_FLAT_OWN = re.compile(
    rb"<\d{1,3}>|\d{4}-\d\d-\d\d|[\[{]|\d{1,8} <|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d"
)


class Entry:
    """One entry as it grows: `goes_on(line)` takes a line that belongs to it, and says whether it did.

    flat: its lines may have lost their indentation. max_bytes: of all of it.
    """

    def __init__(self, line: bytes, flat: bool = False, max_bytes: int = MAX_BYTES) -> None:
        self.lines = [line]
        self._flat = flat
        self._max = max_bytes
        self._size = len(line)
        self._traceback = _TRACEBACK in line[-512:]
        self._goes_on = self._in_log
        self._open = False
        first = line[:1]
        if first == b"#" and line.startswith(_SLOW):
            self._goes_on = self._in_slow_log
        elif first == b"\t" or first.isdigit():
            if _GENERAL.match(line):
                self._goes_on = self._in_general_log
            elif line[23:24] == b" " and _CSV.match(line):
                self._open = line.count(b'"') % 2 == 1
                self._goes_on = self._in_csv

    @property
    def text(self) -> bytes:
        """All lines."""
        return self.lines[0] if len(self.lines) == 1 else b"\n".join(self.lines)

    @property
    def may_go_on(self) -> bool:
        """Whether lines are likely to follow: it has several already, tells of a failure, or ends as those that have more."""
        if len(self.lines) > 1 or self._open or self._traceback or self._goes_on == self._in_slow_log:
            return True
        return _FAILURE.search(self.lines[0]) is not None

    def goes_on(self, line: bytes) -> bool:
        """Take the line if it belongs here."""
        if len(self.lines) >= MAX_LINES or self._size + len(line) >= self._max or not self._goes_on(line):
            return False
        self.lines.append(line)
        self._size += len(line) + 1
        return True

    def _in_log(self, line: bytes) -> bool:
        first = line[:1]
        if first in b" \t":
            self._flat = self._flat and not self._traceback
            return self._traceback or not _OWN.match(line.lstrip())
        if self._flat:
            known = self._in_flat_log(line)
            if known is not None:
                return known
        if self._traceback:
            if line.startswith(_CHAINED):
                return True
            self._traceback = False
            return _PYTHON_THROWN.match(line) is not None and not _OWN.match(line)
        if line.startswith(_GOES_ON):
            self._traceback = line.startswith(_CHAINED)
            return True
        if _FRAME.match(line):
            return True
        return (
            len(self.lines) == 1
            and _JAVA_THROWN.match(line) is not None
            and not _JAVA_THROWN.match(self.lines[0])
        )

    def _in_flat_log(self, line: bytes) -> bool | None:
        """None: what holds for indented entries tells."""
        if _FLAT_OWN.match(line):
            self._traceback = False
            return False
        chained = line.startswith(_CHAINED)
        if self._traceback:
            self._traceback = chained or not _FLAT_THROWN.match(line)
            return True
        if chained:
            return None
        if _FLAT.match(line) or (len(self.lines) == 1 and _FLAT_THROWN.match(line)):
            return True
        return None

    def _in_csv(self, line: bytes) -> bool:
        if not self._open or _CSV.match(line):
            return False
        self._open = line.count(b'"') % 2 == 0
        return True

    def _in_slow_log(self, line: bytes) -> bool:
        if line[:1] == b"#":
            if line.startswith(_SLOW[0]) or (self._open and _SLOW[1].startswith(line)):
                return False
            return not (line.startswith(_SLOW[1]) and (self._open or self.lines[0].startswith(_SLOW[1])))
        if _MYSQL_HEAD.match(line) or _ELSES.match(line):
            return False
        self._open = True
        return True

    def _in_general_log(self, line: bytes) -> bool:
        return not (
            _STAMPED.match(line) or _GENERAL.match(line) or _MYSQL_HEAD.match(line) or _ELSES.match(line)
        )


def joined(lines: Iterable[tuple[int, bytes | Rejected]]) -> Iterator[tuple[int, bytes | Rejected]]:
    """Entries instead of lines, each with the number of its first line."""
    entry: Entry | None = None
    number = 0
    for place, line in lines:
        if isinstance(line, Rejected):
            if entry is not None:
                yield number, entry.text
                entry = None
            yield place, line
        elif entry is None:
            entry, number = Entry(line), place
        elif not entry.goes_on(line):
            yield number, entry.text
            entry, number = Entry(line), place
    if entry is not None:
        yield number, entry.text
