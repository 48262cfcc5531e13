"""The demo in a terminal: act as any person, in any channel, press buttons, watch notices arrive.

On a terminal it completes words and prints notices above the input line; from a pipe it reads lines.
"""

from __future__ import annotations

import asyncio
import shlex
import sys
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO

from bot.app import App
from bot.delivery.sqlite_worker import SqliteWorker
from bot.demo.terminal_forms import ask_form, button_legend, buttons_of
from bot.output import show_card, write_text
from handlers.catalogue import FEATURES
from integrations.ports.cards import Button, Card, card_from_json
from integrations.ports.inbound import (
    Account,
    Attachment,
    ButtonPress,
    CommandText,
    ConversationRef,
    FormSubmission,
    InboundEvent,
    MessageText,
    Reply,
)
from integrations.web.send import RoomEvent, RoomListener
from storage import console, places
from storage.directory import directory
from storage.private_files import write_private
from storage.values.company import Directory

NEWCOMER = "lena.hoffmann@example.com"
DIRECT = "me"

WELCOME = """Larkfield sells things to sit on outside. Marketing and IT share one roadmap; Handshake keeps them in step.
You are Lena Hoffmann, who runs the Spring Launch. Three things to try:

  1  What is IT working on for Spring Launch?
  2  catchup                        then press its button: type the number beside it
  3  /as bo.lindqvist@example.com   and then: draft show

Type a question or a command; `help` lists them. A number presses that button.
/as EMAIL   be somebody else       /people   who there is        /in #roadmap   sit in a room, /in me   leave it
/rooms      rooms and their posts  /file F   drop a CSV file     /quit          (Ctrl-D)
"""

Ask = Callable[[str], Awaitable[str]]


class TerminalSession:
    """The current person and room, and the buttons of the last card."""

    def __init__(self, app: App, worker: SqliteWorker, listener: RoomListener) -> None:
        self.app = app
        self.worker = worker
        self.listener = listener
        self.email = NEWCOMER
        self.room = DIRECT
        self.buttons: tuple[Button, ...] = ()
        self.names = Directory()
        self.ask: Ask = self._read_piped
        self.lines: IO[str] = sys.stdin

    async def run(self, lines: IO[str]) -> int:
        """Talk until the end of input or /quit."""
        self.lines = lines
        async with self.app.store.reading() as session:
            self.names = await directory(session)
        if lines.isatty():
            await self._run_interactive()
        else:
            write_text(f"Handshake demo\n{WELCOME}")
            await self._loop()
        return 0

    async def _run_interactive(self) -> None:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.completion import FuzzyCompleter, WordCompleter
        from prompt_toolkit.patch_stdout import patch_stdout

        words = [command.words for feature in FEATURES for command in feature.commands]
        places_ = [f"/in {room}" for room in await self._rooms()]
        people_ = [f"/as {person.email}" for person in self.names.people]
        everything = [*words, *places_, *people_, "/in me", "/rooms", "/people", "/file", "/quit"]
        completer = FuzzyCompleter(WordCompleter(everything, sentence=True))
        prompt: PromptSession[str] = PromptSession(completer=completer, complete_while_typing=False)
        self.ask = lambda question: prompt.prompt_async(question)
        write_text(f"Handshake demo\n{WELCOME}")
        with patch_stdout(raw=True):
            showing = asyncio.create_task(self._show_events(), name="events")
            try:
                await self._loop()
            finally:
                showing.cancel()
                with suppress(asyncio.CancelledError):
                    await showing

    async def _read_piped(self, question: str) -> str:
        line = await asyncio.to_thread(self.lines.readline)
        if not line:
            raise EOFError
        sys.stdout.write(f"{question}{line.rstrip()}\n")
        return line.rstrip("\n")

    async def _loop(self) -> None:
        while True:
            try:
                line = (await self.ask(f"\n{self.email.split('@')[0]} in {self.room} > ")).strip()
            except (EOFError, KeyboardInterrupt):
                return
            if line in {"/quit", "/exit", "quit", "exit"}:
                return
            if line:
                await self._handle_line(line)

    async def _handle_line(self, line: str) -> None:
        if line.startswith("/") and not line.startswith("/handshake"):
            await self._handle_demo_command(line)
        elif line.isdigit() and 0 < int(line) <= len(self.buttons):
            await self._press(self.buttons[int(line) - 1])
        else:
            await self._send(
                self._event_from(line.removeprefix("/handshake").strip() if line.startswith("/") else line)
            )
        if not self.lines.isatty():
            await self._show_unread()

    # Commands of the demo itself

    async def _handle_demo_command(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        rest = rest.strip()
        match word:
            case "/as":
                await self._switch_person(rest)
            case "/in":
                await self._enter_room(rest or DIRECT)
            case "/people":
                write_text("People\n" + "\n".join(self._people(rest)))
            case "/rooms":
                write_text("Rooms\n" + "\n".join(await self._rooms()))
            case "/file":
                await self._send_file(rest)
            case _:
                write_text(
                    f"The demo knows no {word}\nIt knows /as /in /people /rooms /file /quit; everything else is Handshake's."
                )

    async def _switch_person(self, name: str) -> None:
        matches = [p for p in self.names.people if name and name.casefold() in f"{p.email} {p.name}".casefold()]
        exact = [p for p in matches if p.email == name.casefold()]
        if len(exact or matches) != 1:
            candidates = ", ".join(p.email for p in matches[:5]) or "nobody; /people lists everybody"
            write_text(f"Which “{name}”?\n{candidates}")
            return
        person = (exact or matches)[0]
        self.email, self.buttons = person.email, ()
        team = self.names.team.get(person.team)
        write_text(f"You are {person.name}\n{person.role}, {team.name if team else 'no team'}; {person.permission}.")
        await self._show_room(f"@{person.email}", "Handshake told you:")

    def _people(self, team: str) -> Iterable[str]:
        for person in self.names.people:
            if not team or person.team == team:
                yield f"{person.email:<42} {person.name:<24} {person.team:<9} {person.permission:<12} {person.role}"

    async def _enter_room(self, room: str) -> None:
        self.room, self.buttons = room, ()
        if room == DIRECT:
            write_text("You talk to Handshake alone")
            await self._show_room(f"@{self.email}", "It told you:")
            return
        write_text(f"You sit in {room}")
        await self._show_room(room, "Here stands:", "Nothing stands here yet.")

    async def _show_room(self, room: str, heading: str, empty: str = "") -> None:
        async with self.app.store.reading() as session:
            messages = await console.in_room(session, room, limit=2)
        if messages or empty:
            write_text(heading if messages else empty)
        for message in messages:
            self._show_card(card_from_json(message.card))

    async def _rooms(self) -> list[str]:
        async with self.app.store.reading() as session:
            return sorted({sub.place.conversation for sub in await places.subscriptions(session)})

    async def _send_file(self, argument: str) -> None:
        try:
            path = Path(shlex.split(argument)[0])
            content = await asyncio.to_thread(path.read_bytes)
        except (OSError, ValueError, IndexError) as error:
            write_text(f"That file cannot be read\n{error}")
            return
        await self._send(
            CommandText(
                account=self._account(),
                conversation=self._conversation(),
                words="",
                files=(Attachment(path.name, content),),
            )
        )

    # Events to Handshake, and its replies

    def _account(self) -> Account:
        return Account("console", self.email, email=self.email, name=self.email)

    def _conversation(self) -> ConversationRef:
        if self.room == DIRECT:
            return ConversationRef("console", f"@{self.email}", direct=True)
        return ConversationRef("console", self.room, name=self.room)

    def _event_from(self, line: str) -> InboundEvent:
        """The event for a line: a mention for `@handshake …` in a room, otherwise a command."""
        if self.room != DIRECT and line.casefold().startswith("@handshake"):
            return MessageText(
                account=self._account(), conversation=self._conversation(), text=line[len("@handshake") :]
            )
        return CommandText(account=self._account(), conversation=self._conversation(), words=line)

    async def _press(self, button: Button) -> None:
        write_text(f"[{button.label}]")
        await self._send(
            ButtonPress(
                account=self._account(), conversation=self._conversation(), action=button.action, value=button.value
            )
        )

    async def _send(self, event: InboundEvent) -> None:
        reply = await self.app.dispatch(event)
        self.worker.wake()
        await self._show(reply)

    async def _show(self, reply: Reply) -> None:
        if reply.form is not None:
            answers = await ask_form(reply.form, self.ask)
            if answers is not None:
                await self._send(
                    FormSubmission(
                        account=self._account(),
                        conversation=self._conversation(),
                        form=reply.form.id,
                        value=reply.form.value,
                        answers=answers,
                    )
                )
            return
        self._show_card(reply.card, private=reply.private and self.room != DIRECT)
        if reply.file is not None:
            path = Path("var") / reply.file.name
            await asyncio.to_thread(write_private, path, reply.file.content)
            write_text(f"Saved as {path}")

    def _show_card(self, card: Card, *, private: bool = False) -> None:
        self.buttons = buttons_of(card)
        show_card(card)
        if self.buttons:
            write_text(f"\n{button_legend(self.buttons)}")
        if private:
            write_text("\n(only you see this)")

    # Notices

    async def _show_events(self) -> None:
        async for event in self.listener:
            self._show_event(event)

    async def _show_unread(self) -> None:
        """For piped input: wait until all deliveries are sent, then show what arrived."""
        await self.worker.wait_until_idle()
        for event in self.listener.unread():
            self._show_event(event)

    def _show_event(self, event: RoomEvent) -> None:
        if event.card is None:
            return
        mine = event.conversation == f"@{self.email}"
        where = "to you" if mine else f"in {event.conversation}"
        if event.conversation.startswith("@") and not mine:
            return
        verb = "Arrived" if event.kind == "posted" else "Changed"
        write_text(f"── {verb} {where}: {event.card.title}")
        if event.kind == "posted" and (mine or event.conversation == self.room):
            self._show_card(event.card)
