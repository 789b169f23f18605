"""Asking the running centre of a data folder (`control.py`), from a command of the same account."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from keng.i18n import _, language
from keng.runtime.control import CallError, at_folder


class NoCentreError(Exception):
    """No centre runs on this data folder: the command may open what it needs itself."""


def call(folder: Path, name: str, arguments: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The items of the answer, as they come. Closing the iterator cancels the call.

    Raises NoCentreError before the first item where none listens, CallError where the centre says why not.
    """
    try:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with at_folder(folder) as place:
            sock.connect(place)
    except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError) as error:
        sock.close()
        raise NoCentreError(str(folder)) from error
    except PermissionError as error:
        sock.close()
        raise CallError(
            _("the centre on {folder} runs under another account; use that one", folder=folder)
        ) from error
    return _items(sock, name, arguments)


def _items(sock: socket.socket, name: str, arguments: dict[str, Any]) -> Iterator[dict[str, Any]]:
    with sock, sock.makefile("rb") as lines:
        request = {"call": name, "arguments": arguments, "language": language()}
        try:
            sock.sendall(msgspec.json.encode(request) + b"\n")
            for line in lines:
                answer = msgspec.json.decode(line)
                if "item" in answer:
                    yield answer["item"]
                elif "error" in answer:
                    raise CallError(answer["error"])
                else:
                    return
        except OSError as error:
            raise CallError(_("the centre ended the call: {reason}", reason=error)) from error
        raise CallError(_("the centre ended before it had answered"))
