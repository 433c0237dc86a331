"""Dagster's web interface, which answers its own pages and nobody else's.

Dagster's server takes a request from any page that a browser on this machine has open, and it has no sign-in. Here it answers only under
the names it is served by, and a request that a page of another site made is refused (``docs/security.md``).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

NAMES = "UPPFOLJNING_WEB_NAMES"
_HERE = "dagster_project.webserver"
#: What `dagster dev` starts its server and its daemon with.
_STARTS = "open_ipc_subprocess"


class OwnPagesOnly:
    """ASGI middleware: 403 for a request under another name than ``names``, or that a page of another origin made.

    A link from elsewhere to a page may be followed; what asks for or changes data may not come from there.
    """

    def __init__(self, app: Any, names: Sequence[str]) -> None:
        self.app = app
        self.names = frozenset(names)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] in ("http", "websocket") and not self._own(scope):
            from starlette.responses import PlainTextResponse
            from starlette.websockets import WebSocketClose

            refusal: Any = WebSocketClose(code=1008, reason="another site")
            if scope["type"] == "http":
                refusal = PlainTextResponse("The request comes from another site, or is to another name.\n", 403)
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _own(self, scope: Any) -> bool:
        headers: dict[str, str] = {
            key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]
        }
        host = headers.get("host", "")
        if (urlsplit(f"//{host}").hostname or "") not in self.names:
            return False
        if (origin := headers.get("origin")) is not None:
            return urlsplit(origin).netloc == host
        site = headers.get("sec-fetch-site", "none")
        followed = headers.get("sec-fetch-mode") == "navigate" and scope.get("method") == "GET"
        return site in ("none", "same-origin") or (followed and not str(scope["path"]).endswith("/graphql"))


def serve(host: str, port: int, names: Sequence[str] = ()) -> None:
    """Dagster's web interface and daemon, until they are stopped. ``names`` are those by which a proxy in front is reached."""
    from dagster._cli import dev

    os.environ[NAMES] = " ".join(dict.fromkeys([host, "localhost", "127.0.0.1", "::1", *names]))
    start = getattr(dev, _STARTS)

    def started(parts: Sequence[str], **how: Any) -> Any:
        return start([_HERE if part == "dagster_webserver" else part for part in parts], **how)

    setattr(dev, _STARTS, started)
    dev.dev_command(["-w", "workspace.yaml", "-h", host, "-p", str(port)], prog_name="uppfoljning serve")


def main() -> None:
    """In place of ``python -m dagster_webserver``, with the same arguments."""
    from dagster_webserver import cli
    from dagster_webserver.webserver import DagsterWebserver
    from starlette.middleware import Middleware

    own = Middleware(OwnPagesOnly, names=os.environ[NAMES].split())
    theirs = DagsterWebserver.build_middleware
    DagsterWebserver.build_middleware = lambda self: [own, *theirs(self)]  # type: ignore[method-assign]
    sys.argv[0] = "dagster-webserver"
    cli.main()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
