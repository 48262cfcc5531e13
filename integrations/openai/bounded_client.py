"""The HTTP client of OpenAI's SDK with a limit on the size of an answer. The SDK alone reads all that a server sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openai import DefaultAsyncHttpxClient

from integrations.ports.language import ModelFailure

if TYPE_CHECKING:
    from httpx2 import Request, Response

MAX_RESPONSE_BYTES = 1_000_000  # a real answer has a few thousand


class BoundedClient(DefaultAsyncHttpxClient):
    """Raises ModelFailure for an answer of more than MAX_RESPONSE_BYTES, after reading no more than that.

    Compressed answers are refused, because their size is known only when they are unpacked; redirects are not followed,
    because httpx reads their bodies whole.
    """

    def __init__(self) -> None:
        super().__init__(headers={"Accept-Encoding": "identity"}, follow_redirects=False)

    async def send(self, request: Request, **options: Any) -> Response:
        response = await super().send(request, **options | {"stream": True, "follow_redirects": False})
        try:
            content = await _bounded_content(response)
        finally:
            await response.aclose()
        return type(response)(response.status_code, headers=response.headers, content=content, request=request)


async def _bounded_content(response: Response) -> bytes:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise ModelFailure("a compressed answer")
    content = bytearray()
    async for chunk in response.aiter_raw():
        content += chunk
        if len(content) > MAX_RESPONSE_BYTES:
            raise ModelFailure("an answer that is too large")
    return bytes(content)
