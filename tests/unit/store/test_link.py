"""Both kinds of connections are links; mypy checks it, and this file where no type checker runs."""

import inspect

import pytest

from keng.store.connections import Connection
from keng.store.http_link import HttpLink
from keng.store.link import Link


@pytest.mark.parametrize("kind", [Connection, HttpLink])
def test_every_kind_of_connection_has_the_methods_with_the_same_parameters(kind: type) -> None:
    for name in ("rows", "text", "batches", "insert", "close"):
        wanted = inspect.signature(getattr(Link, name)).parameters
        assert list(inspect.signature(getattr(kind, name)).parameters) == list(wanted)
