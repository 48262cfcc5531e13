"""Handles what people do on the page: text, buttons, forms and files become events for `dispatch`.

private reply   returned to the tab as a part of the page
public reply    sent to the room by the inbox and a delivery, as on every platform
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from integrations.plain.incoming import read_json, storable
from integrations.plain.render import error_text
from integrations.ports.cards import Card, text
from integrations.ports.chat import Address
from integrations.ports.errors import Unavailable
from integrations.ports.inbound import (
    MAX_FILE_NAME,
    MAX_TEXT,
    Attachment,
    ButtonPress,
    CommandText,
    FormSubmission,
    InboundEvent,
    MessageText,
    Reply,
    is_too_long,
    shortened,
)
from integrations.web.page_context import TEMPLATES, PageContext, Viewer, find_person, viewer_from
from integrations.web.render import form_html
from integrations.web.send import PLATFORM
from integrations.web.session import Exchange, LastAction
from integrations.web.views import PageViews

MENTION = "@handshake"
MAX_BODY_TEXT = 1_000_000  # as the server's limit; of an overlong text the beginning is read
MAX_ID = 2_000
MAX_ANSWERS = 50
MAX_FILES = 5
Json = Mapping[str, Any]


class InvalidAction(Exception):
    """The request is not a valid action. The text says which part is wrong."""


class PageActions:
    """The handlers of `/act` and `/drop`."""

    def __init__(self, context: PageContext, views: PageViews) -> None:
        self._context = context
        self._views = views

    async def act(self, request: Request) -> Response:
        """Text, a button or a form: JSON in, parts of the page out."""
        try:
            body = await _json_object(request)
            viewer = viewer_from(self._context, {name: _string(body, name, MAX_ID) for name in ("as", "in", "look")})
            return await self._answer(viewer, _event(body, viewer), _label(body))
        except InvalidAction as invalid:
            return JSONResponse({"error": str(invalid)}, 400)

    async def upload(self, request: Request) -> Response:
        """Dropped files, optionally with a text."""
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            return JSONResponse({"error": "files come as multipart/form-data"}, 415)
        async with request.form(max_files=MAX_FILES, max_fields=10) as form:
            try:
                fields = {name: _form_field(form, name) for name in ("as", "in", "look", "words", "event")}
                viewer = viewer_from(self._context, fields)
                files = [await _uploaded_file(file) for file in form.getlist("file") if isinstance(file, UploadFile)]
                if not files:
                    raise InvalidAction("there is no file in it")
                event = replace(_typed_event(fields["words"], viewer, fields["event"]), files=tuple(files))
                names = ", ".join(file.name for file in files)
                return await self._answer(viewer, event, f"{fields['words'][:MAX_TEXT]} [{names}]".strip())
            except InvalidAction as invalid:
                return JSONResponse({"error": str(invalid)}, 400)

    async def _answer(self, viewer: Viewer, event: InboundEvent, label: str) -> Response:
        try:
            before = await self._context.reads.checkpoint()
            you = find_person(await self._context.reads.people(), viewer.email)
            event = replace(event, account=viewer.account(you.name if you else ""))
            if isinstance(event, MessageText):
                await self._post_words(viewer, event, you.name if you else viewer.email)
            reply = await self._context.dispatch(event)
            everybody = not reply.private and not viewer.is_direct and reply.form is None
            if everybody:
                await self._context.inbox.reply(event, replace(reply, file=None))
            self._context.history.record_action(viewer.email, LastAction(label, before, reply.facts, reply.exit))
            parts = await self._changed_parts(viewer, label, reply, everybody=everybody, event=event)
            if you and find_person(await self._context.reads.people(), viewer.email) is None:
                self._context.history.forget(viewer.email)
            return JSONResponse(parts)
        except Unavailable:
            return JSONResponse({"error": "The store cannot be reached. Try again in a moment."}, 503)

    async def _post_words(self, viewer: Viewer, event: MessageText, name: str) -> None:
        """Post a public question to the room, so that the others can understand the answer."""
        where = Address(PLATFORM, "", viewer.conversation)
        tag = f"said:{event.event_id or self._context.ids.new()}"
        await self._context.rooms.post(where, Card(name, (text(event.text.strip() or "(a file)"),)), tag)

    async def _changed_parts(
        self, viewer: Viewer, label: str, reply: Reply, *, everybody: bool, event: InboundEvent
    ) -> dict[str, Any]:
        """The parts of the page that change for the person who acted."""
        parts: dict[str, Any] = {"happened": await self._views.happened_html(viewer), "status": reply.card.title}
        if reply.form is not None:
            return parts | {"form": form_html(reply.form, "asked"), "status": reply.form.title}
        if isinstance(event, FormSubmission) and reply.exit:
            return parts | {"wrong": error_text(reply)}
        typed = "" if isinstance(event, MessageText) else label
        if everybody and reply.file is None:
            return parts | {"status": "Said in the room."}
        card = reply.card if not everybody else Card("Your file", (text("The answer stands in the room."),))
        exchange = self._exchange(viewer, typed, replace(reply, card=card))
        self._context.history.add(viewer.email, viewer.conversation, exchange)
        entry = self._views.exchange_entry(exchange, viewer.look)
        page = TEMPLATES.get_template("cards.html")
        context = {"entries": [entry], "older": "", "seat": viewer, "newest": True, "state": ""}
        return parts | {"entries": page.render(context), "file": exchange.file}

    def _exchange(self, viewer: Viewer, typed: str, reply: Reply) -> Exchange:
        token, name = "", ""
        if reply.file is not None:
            token, name = self._context.ids.new("f_"), reply.file.name
            if not self._context.history.keep_file(token, reply.file):
                token, name = "", f"{name} is too large to be handed over here"
        at = self._context.clock.now()
        return Exchange(typed, reply.card, at, only_you=not viewer.is_direct, file=token, file_name=name)


async def _json_object(request: Request) -> Json:
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise InvalidAction("an act is application/json")
    body = read_json(await request.body())
    if not isinstance(body, dict):
        raise InvalidAction("an act is a JSON object")
    return body


def _string(body: Json, name: str, longest: int = MAX_BODY_TEXT) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > longest:
        raise InvalidAction(f"“{name}” is a text of at most {longest} characters")
    return value


def _event(body: Json, viewer: Viewer) -> InboundEvent:
    event = _string(body, "event", 100)
    account, place = viewer.account(), viewer.conversation_ref()
    match body.get("do"):
        case "say":
            return _typed_event(_string(body, "words"), viewer, event)
        case "press":
            action, value = _string(body, "action", MAX_ID), _string(body, "value", MAX_ID)
            if not action:
                raise InvalidAction("a press has an “action”")
            return ButtonPress(account=account, conversation=place, event_id=event, action=action, value=value)
        case "send":
            form, value = _string(body, "form", MAX_ID), _string(body, "value", MAX_ID)
            answers = _answers(body.get("answers"))
            return shortened(
                FormSubmission(
                    account=account, conversation=place, event_id=event, form=form, value=value, answers=answers
                )
            )
        case _:
            raise InvalidAction("an act says, presses or sends")


def _answers(answers: object) -> dict[str, str]:
    if not isinstance(answers, dict) or len(answers) > MAX_ANSWERS:
        raise InvalidAction("“answers” are texts by field")
    return {str(name)[:MAX_ID]: _string(answers, name) for name in answers}


def _typed_event(words: str, viewer: Viewer, event: str) -> CommandText | MessageText:
    """In a room, `@Handshake …` is public; everything else is a private command."""
    account, place = viewer.account(), viewer.conversation_ref()
    bare, truncated = words[:MAX_TEXT].strip(), is_too_long(words)
    if not viewer.is_direct and bare.casefold().startswith(MENTION):
        return MessageText(
            account=account, conversation=place, event_id=event, truncated=truncated, text=bare[len(MENTION) :]
        )
    for root in ("/handshake", MENTION):
        if bare.casefold().startswith(root):
            bare = bare[len(root) :].strip()
    return CommandText(account=account, conversation=place, event_id=event, truncated=truncated, words=bare)


def _label(body: Json) -> str:
    """What the person did, as the page shows it to them."""
    label = _string(body, "words")[:MAX_TEXT] if body.get("do") == "say" else _string(body, "label", 300)
    return label or _string(body, "action", MAX_ID) or _string(body, "form", MAX_ID) or "home"


def _form_field(form: FormData, name: str) -> str:
    text = _string({name: form.get(name, "")}, name)
    return str(storable(text))


async def _uploaded_file(upload: UploadFile) -> Attachment:
    return Attachment(str(storable(upload.filename or "file"))[:MAX_FILE_NAME], await upload.read())
