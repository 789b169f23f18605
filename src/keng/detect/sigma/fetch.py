"""Fetch a rule archive from an address: https only (plain http from this machine alone), bounded, with time limits."""

import time
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx

MAX_DOWNLOAD = 256 << 20
MAX_SECONDS = 600
MAX_REDIRECTS = 5
_LOCAL = ("127.0.0.1", "localhost", "::1")


class FetchError(Exception):
    """An address that cannot be fetched. `template` and `values` as in `RuleError`."""

    def __init__(self, template: str, **values: object) -> None:
        self.template = template
        self.values = {key: str(value)[:300] for key, value in values.items()}
        super().__init__(template.format(**self.values) if values else template)


def fetch(address: str, target: Path) -> None:
    """Write what the address gives to `target`. Raises `FetchError`."""
    started = time.monotonic()
    try:
        with httpx.Client(timeout=httpx.Timeout(30.0), follow_redirects=False) as client:
            for _ in range(MAX_REDIRECTS + 1):
                _check(address)
                with client.stream("GET", address) as response:
                    if response.is_redirect:
                        following = urljoin(address, response.headers.get("location", ""))
                        if (
                            urlsplit(address).hostname not in _LOCAL
                            and urlsplit(following).hostname in _LOCAL
                        ):
                            raise FetchError("{address} leads back to this machine", address=address)
                        address = following
                        continue
                    if response.status_code != 200:
                        raise FetchError(
                            "{address} answers {status}", address=address, status=response.status_code
                        )
                    _write(response, target, started, address)
                    return
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise FetchError("{address} cannot be reached: {detail}", address=address, detail=error) from error
    except OSError as error:
        raise FetchError("{path} cannot be written: {detail}", path=target, detail=error.strerror) from error
    raise FetchError("{address} redirects more than {count} times", address=address, count=MAX_REDIRECTS)


def _check(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL):
        return
    raise FetchError("{address}: only https addresses are fetched", address=address)


def _write(response: httpx.Response, target: Path, started: float, address: str) -> None:
    size = 0
    with target.open("wb") as file:
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > MAX_DOWNLOAD:
                raise FetchError("{address} gives more than {size} bytes", address=address, size=MAX_DOWNLOAD)
            if time.monotonic() - started > MAX_SECONDS:
                raise FetchError(
                    "{address} took longer than {seconds} s", address=address, seconds=MAX_SECONDS
                )
            file.write(chunk)
