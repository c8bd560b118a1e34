"""Bodies above the limit are refused before anybody reads them."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import TooLarge, answer, from_error


class BodyLimit:
    """ASGI middleware: 413 for a declared or actual body above `limit` bytes.

    A body is read whole before the application runs, so that a refused one has no effect.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app, self.limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        refusal = answer(from_error(TooLarge(self.limit)))
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > self.limit:
            await refusal(scope, receive, send)
            return
        parts: list[bytes] = []
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return
            part: bytes = message.get("body", b"")
            size += len(part)
            if size > self.limit:
                await refusal(scope, receive, send)
                return
            parts.append(part)
            more = bool(message.get("more_body", False))
        body = b"".join(parts)
        given = False

        async def replay() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, replay, send)
