"""What the bodies of OpenAI's two APIs say. Their shape is checked by hand: a server may send anything.

The SDK's own models are not used, because building them for a hostile body of a megabyte takes many seconds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from integrations.ports.language import Sentence, TokenUsage, UnusableOutput

MAX_TOKENS = 100_000_000  # in one answer; a larger figure is a mistake and is not recorded
MAX_SENTENCES = 20
MAX_KEYS = 20  # cited by one sentence


def json_object(text: str | bytes) -> Mapping[str, Any]:
    """The JSON object in *text*. Raises UnusableOutput."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:  # RecursionError: nested thousands of levels deep
        raise UnusableOutput(f"no JSON: {type(error).__name__}") from None
    if not isinstance(value, dict):
        raise UnusableOutput("no JSON object")
    return value


def response_arguments(body: Mapping[str, Any], tool: str) -> Mapping[str, Any]:
    """https://platform.openai.com/docs/api-reference/responses/object"""
    for item in _objects(body.get("output")):
        if item.get("type") == "function_call" and item.get("name") == tool:
            return _arguments(item)
    return _plain_object("".join(_texts_in(body.get("output"))))


def completion_arguments(body: Mapping[str, Any], tool: str) -> Mapping[str, Any]:
    """https://platform.openai.com/docs/api-reference/chat/object"""
    choice = next(_objects(body.get("choices")), {})
    message = choice.get("message")
    for call in _objects(message.get("tool_calls") if isinstance(message, dict) else None):
        function = call.get("function")
        if call.get("type") == "function" and isinstance(function, dict) and function.get("name") == tool:
            return _arguments(function)
    content = message.get("content") if isinstance(message, dict) else None
    return _plain_object(content if isinstance(content, str) else "")


def token_usage(body: Mapping[str, Any]) -> TokenUsage:
    """The tokens that a body reports, under the names of either API; 0 where it reports none."""
    usage = body.get("usage")
    if not isinstance(usage, dict):
        return TokenUsage()
    tokens_in = usage.get("input_tokens", usage.get("prompt_tokens"))
    tokens_out = usage.get("output_tokens", usage.get("completion_tokens"))
    return TokenUsage(_tokens(tokens_in), _tokens(tokens_out))


def sentences(arguments: Mapping[str, Any]) -> Iterator[Sentence]:
    """The first sentences of an answer; those of another shape are left out. Raises UnusableOutput without a list."""
    given = arguments.get("sentences")
    if not isinstance(given, list):
        raise UnusableOutput("no sentences")
    for sentence in _objects(given[:MAX_SENTENCES]):
        text, keys = sentence.get("text"), sentence.get("keys")
        if not isinstance(text, str) or not isinstance(keys, list) or len(keys) > MAX_KEYS:
            continue
        if all(isinstance(key, str) for key in keys):
            yield Sentence(text, tuple(keys))


def _objects(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        yield from (entry for entry in value if isinstance(entry, dict))


def _arguments(call: Mapping[str, Any]) -> Mapping[str, Any]:
    text = call.get("arguments")
    if not isinstance(text, str):
        raise UnusableOutput("arguments that are no text")
    return json_object(text)


def _texts_in(output: object) -> Iterator[str]:
    """The plain text of a response: https://platform.openai.com/docs/api-reference/responses/object#output"""
    for item in _objects(output):
        for part in _objects(item.get("content") if item.get("type") == "message" else None):
            if isinstance(part.get("text"), str):
                yield part["text"]


def _plain_object(content: str) -> Mapping[str, Any]:
    """The arguments as plain text, for servers without tool calls: a JSON object, also in a fence or among words."""
    start, end = content.find("{"), content.rfind("}")
    if start < 0 or end < start:
        raise UnusableOutput("no call of the tool and no JSON object")
    return json_object(content[start : end + 1])


def _tokens(value: object) -> int:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 <= value <= MAX_TOKENS else 0  # type: ignore[operator, return-value]
