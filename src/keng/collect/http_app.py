"""The HTTP application of the receiving port: each request goes to the protocol that its path names.

/services/collector…     Splunk HTTP Event Collector
/v1/logs                 OTLP
everything else          Elastic bulk
"""

from collections.abc import Sequence
from typing import Any

from litestar import HttpMethod, Litestar, Request, Response, route
from litestar.exceptions import HTTPException

from keng.collect import elastic, hec, otlp
from keng.collect.intake import AnyRequest, Intake

_ANY: list[HttpMethod | Any] = [
    HttpMethod.GET,
    HttpMethod.HEAD,
    HttpMethod.POST,
    HttpMethod.PUT,
    HttpMethod.DELETE,
    HttpMethod.OPTIONS,
]


def http_app(intake: Intake, mounts: Sequence[Any] = ()) -> Litestar:
    """The ASGI application. mounts: further route handlers to serve on the same port."""
    by_elastic, by_hec, by_otlp = (
        elastic.ElasticReceiver(intake),
        hec.HecReceiver(intake),
        otlp.OtlpReceiver(intake),
    )

    @route(["/", "/{path:path}"], http_method=_ANY)
    async def receive(request: Request[Any, Any, Any]) -> Response[bytes]:
        path = request.url.path
        if path.startswith(hec.PREFIX):
            return await by_hec.receive(request)
        if path.startswith(otlp.PREFIX):
            return await by_otlp.receive(request)
        return await by_elastic.receive(request)

    def failed(request: AnyRequest, error: HTTPException) -> Response[bytes]:
        return elastic.http_error(request, error)

    return Litestar(
        route_handlers=[*mounts, receive],
        openapi_config=None,
        request_max_body_size=None,
        exception_handlers={HTTPException: failed},
        logging_config=None,
    )
