"""The console as an ASGI application: the list of its pages, and what every request passes."""

from typing import Any

from litestar import Litestar, Request
from litestar.datastructures import State
from litestar.di import Provide
from litestar.static_files import create_static_files_router

from keng.web.assets import STATIC
from keng.web.base import Centre
from keng.web.desk import Desk
from keng.web.errors import show_error
from keng.web.gate import Gate
from keng.web.headers import add_headers
from keng.web.pages import PAGES
from keng.web.pulse import Pulse
from keng.web.render import make_environment
from keng.web.turns import Turns

MAX_BODY = 10_000_000


def desk_of(request: Request[Any, Any, Any]) -> Desk:
    """The desk that the gate has set up for this request."""
    desk: Desk = request.scope["state"]["desk"]
    return desk


def create_app(centre: Centre) -> Litestar:
    """The console of a running centre. The centre is started and stopped by its owner, not by the app."""
    environment = make_environment()
    gate = Gate(centre, environment)
    pulse = Pulse(centre)
    environment.globals["pulse"] = pulse
    static = create_static_files_router(path="/static", directories=[STATIC], name="static")
    return Litestar(
        route_handlers=[*PAGES, static],
        guards=[gate.admit],
        before_request=gate.check,
        before_send=[add_headers],
        dependencies={
            "desk": Provide(desk_of, sync_to_thread=False),
            "pulse": Provide(lambda: pulse, sync_to_thread=False),
        },
        exception_handlers={Exception: show_error},
        lifespan=[pulse.running],
        state=State({"turns": Turns()}),
        request_max_body_size=MAX_BODY,
        openapi_config=None,
        logging_config=None,
        debug=False,
        pdb_on_exception=False,
    )
