"""The plain `openai` client against any compatible endpoint; imported when first used."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, cast

from agents.models.base import ModelFailed, Reply, Request, ToolCall

if TYPE_CHECKING:
    import httpx2
    from openai import OpenAI
    from openai.types.chat import ChatCompletionMessageParam, ChatCompletionToolParam

# Words beyond this are no explanation. Tokens are the provider's; characters are checked later.
MOST_TOKENS = 400


class OpenAiModel:
    """Answers through chat completions, plain or streamed, without retries."""

    def __init__(
        self,
        *,
        base_url: str,
        api_key: str,
        model: str,
        timeout_s: float,
        transport: "httpx2.BaseTransport | None" = None,
    ) -> None:
        self._base_url, self._api_key, self._model = base_url, api_key, model
        self._timeout_s, self._transport = timeout_s, transport
        self._client: OpenAI | None = None

    def complete(self, request: Request, now: datetime) -> Reply:
        del now
        from openai import OpenAIError

        try:
            return self._streamed(request) if request.stream else self._plain(request)
        except OpenAIError as error:
            raise ModelFailed(f"{request.purpose}: {type(error).__name__}") from error
        except (ValueError, TypeError, AttributeError, IndexError, KeyError) as error:
            # An answer that is no chat completion: the client hands it through unread.
            raise ModelFailed(f"{request.purpose}: an unreadable answer") from error

    def _open(self) -> "OpenAI":
        if self._client is None:
            import httpx2
            from openai import OpenAI

            http = None
            if self._transport is not None:
                http = httpx2.Client(transport=self._transport, timeout=self._timeout_s)
            self._client = OpenAI(
                base_url=self._base_url or None,
                api_key=self._api_key or "none",
                timeout=self._timeout_s,
                max_retries=0,
                http_client=http,
            )
        return self._client

    def _plain(self, request: Request) -> Reply:
        answer = self._open().chat.completions.create(
            model=self._model,
            messages=_messages(request),
            tools=_tools(request),
            temperature=0,
            max_tokens=MOST_TOKENS,
        )
        message = answer.choices[0].message
        for call in message.tool_calls or ():
            if call.type == "function":
                return Reply(
                    message.content or "", _asked(call.function.name, call.function.arguments)
                )
        return Reply(message.content or "")

    def _streamed(self, request: Request) -> Reply:
        words: list[str] = []
        with self._open().chat.completions.create(
            model=self._model,
            messages=_messages(request),
            temperature=0,
            max_tokens=MOST_TOKENS,
            stream=True,
        ) as chunks:
            for chunk in chunks:
                words.extend(choice.delta.content or "" for choice in chunk.choices)
        return Reply("".join(words))


def _asked(name: str, arguments: str) -> ToolCall:
    if not name or not isinstance(arguments, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ValueError("a tool call without a name or arguments")
    return ToolCall(name, arguments)


def _messages(request: Request) -> "Sequence[ChatCompletionMessageParam]":
    return (
        {"role": "system", "content": request.system},
        {"role": "user", "content": request.user},
    )


def _tools(request: Request) -> "Sequence[ChatCompletionToolParam]":
    from openai import omit

    if not request.tools:
        return cast("Sequence[ChatCompletionToolParam]", omit)
    return cast("Sequence[ChatCompletionToolParam]", list(request.tools))
