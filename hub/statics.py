"""Serves static files ahead of Django, without a thread or a database connection."""

from typing import Any

from whitenoise.middleware import WhiteNoiseMiddleware


class StaticFiles:
    """An ASGI application in front of another one: files by their address, all else passed on.

    Files are found once, at start-up, as `settings.WHITENOISE_*` and the staticfiles finders say.
    They are few and small, so reading one on the loop is cheaper than a hop to a thread.
    """

    def __init__(self, application: Any) -> None:
        self.application = application
        self.files = WhiteNoiseMiddleware(lambda request: None).files

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        file = self.files.get(scope["path"])
        if file is None:
            await self.application(scope, receive, send)
            return
        response = file.get_response(scope["method"], _environ(scope))
        headers = [*response.headers, ("X-Content-Type-Options", "nosniff")]
        body = b""
        if response.file is not None:
            with response.file as content:
                body = content.read()
        await send(
            {
                "type": "http.response.start",
                "status": int(response.status),
                "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
            }
        )
        await send({"type": "http.response.body", "body": body})


def _environ(scope: dict[str, Any]) -> dict[str, str]:
    """The request's headers the way WhiteNoise, made for WSGI, reads them."""
    return {
        f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}": value.decode("latin-1")
        for name, value in scope["headers"]
    }
