"""What is said when a centre cannot be reached."""

import http.client
import socket
import ssl
import threading
from pathlib import Path

import pytest
from tests.servers.authority import Authority

from keng.send.bulk import BulkTarget
from keng.send.feed import Parcel
from keng.send.target import Later
from keng.send.unreachable import why_unreachable


def asked(to: str, ca: str = "") -> str:
    target = BulkTarget(to, "keng_x", ca)
    answer = target.deliver([Parcel("1", b"{}")])
    target.close()
    assert isinstance(answer, Later)
    return answer.why


class Listener:
    """Speaks TLS with a certificate, or sends some bytes and closes."""

    def __init__(self, context: ssl.SSLContext | None, says: bytes = b"", address: str = "127.0.0.1") -> None:
        self._sock = socket.create_server((address, 0))
        self.port = self._sock.getsockname()[1]
        self._context, self._says = context, says
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with self._sock:
            for _n in range(2):
                connection, _address = self._sock.accept()
                try:
                    with self._context.wrap_socket(connection, True) if self._context else connection as one:
                        one.recv(65_536)
                        one.sendall(self._says)
                except OSError:
                    connection.close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


def test_a_certificate_that_is_not_trusted_or_of_another_name_says_what_to_do(authority: Authority) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue("elsewhere.vn"))
    assert "--ca" in asked(f"https://127.0.0.1:{Listener(context).port}")
    port = Listener(context, address="127.0.0.2").port
    assert "is not for 127.0.0.2" in asked(f"https://127.0.0.2:{port}", str(authority.certificate))


def test_https_and_http_that_are_mixed_up_are_told() -> None:
    assert "is the address http" in asked(
        f"https://127.0.0.1:{Listener(None, b'HTTP/1.1 400 Bad Request').port}"
    )
    assert "is the address https" in asked(f"http://127.0.0.1:{Listener(None).port}")


def test_names_ports_and_clocks(tmp_path: Path) -> None:
    assert "no.such.host.invalid is not known" in asked("http://no.such.host.invalid:9200")
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port = sock.getsockname()[1]
    assert "nothing listens there" in asked(f"http://127.0.0.1:{port}")
    expired = ssl.SSLCertVerificationError(1, "expired")
    expired.verify_code, expired.verify_message = 10, "certificate has expired"
    assert "clock" in why_unreachable(expired, "centre", True)
    assert why_unreachable(http.client.BadStatusLine("x"), "centre", True)
    assert why_unreachable(TimeoutError("timed out"), "centre", True) == "timed out"
