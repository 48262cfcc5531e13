"""From inbound event to reply: identify the person, check permissions and repeats, run the command, explain errors.

words / button / form ──> one command of the table ──> its function ──> Reply
no command            ──> a question (`ask`), or a suggestion if the words are close to a command that writes
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from structlog.contextvars import bound_contextvars

from handlers import grammar
from handlers.context import AppContext, Request
from handlers.errors import BadInput, NotAllowed, Refusal
from handlers.feature import Command, Feature
from handlers.grammar import Arguments
from handlers.shared.audited_transaction import AlreadyDone
from handlers.shared.command_rate_limit import CommandRateLimiter
from integrations.ports import inbound
from integrations.ports.cards import Block, Card, context, text
from integrations.ports.errors import Unavailable
from integrations.ports.inbound import InboundEvent, Reply
from storage import people, places
from storage.store import StoreProblem
from storage.values.company import UNRESTRICTED, Audience, Permission, Person
from storage.values.places import Place

log = structlog.get_logger()

HOME = "home"  # for a message without words
QUESTION = "ask"  # for words that are no command
IMPORT = "import"  # for a file without words


@dataclass(frozen=True, slots=True)
class Invocation:
    """What an inbound event asks for: a command of the table with its words."""

    command: Command
    args: Arguments


CommandObserver = Callable[[str, str, int, float], None]  # command, platform, exit status, seconds


def ignore_command(_command: str, _platform: str, _exit: int, _seconds: float) -> None:
    """The default CommandObserver: record nothing."""


class Dispatcher:
    """Answers every inbound event of every platform. Reading commands write nothing."""

    def __init__(
        self,
        ctx: AppContext,
        features: Sequence[Feature],
        *,
        on_command: CommandObserver = ignore_command,
        rate_limiter: CommandRateLimiter | None = None,
        monotonic: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.ctx = ctx
        self._on_command = on_command
        self._rate_limiter = rate_limiter or CommandRateLimiter(0)
        self._steady = monotonic
        self.commands: Mapping[str, Command] = {
            command.words: command for slice_ in features for command in slice_.commands
        }

    async def __call__(self, event: InboundEvent) -> Reply:
        """The answer to *event*; it never raises. Of an overlong text, only the beginning is read."""
        if one_too_many := self._rate_limiter.refusal(event):
            return one_too_many
        event = inbound.shortened(event)
        reply = await self._reply(event)
        return _with_length_notice(reply) if event.truncated else reply

    async def _reply(self, event: InboundEvent) -> Reply:
        reference = self.ctx.ids.new()[:6].upper()
        with bound_contextvars(reference=reference, platform=event.account.platform, event=event.event_id):
            try:
                reply = await self._answer(event)
            except AlreadyDone:
                log.info("repeat dropped", action="dispatch.repeated")
                return _already_done()
            except Refusal as refusal:
                log.info("refused", action="dispatch.refused", kind=type(refusal).__name__)
                return _refused(refusal, reference)
            except (StoreProblem, Unavailable) as problem:
                log.error("neighbour unavailable", action="dispatch.unavailable", reason=str(problem))
                return _unavailable(problem, reference)
            except Exception:  # the last boundary: the person gets an apology with the reference of this log line
                log.exception("failed", action="dispatch.failed")
                return _apology(reference)
            log.info("answered", action="dispatch.answered", exit=reply.exit)
            return reply

    async def _answer(self, event: InboundEvent) -> Reply:
        invocation = self.resolve(event)
        person, place, room = await self._who_and_where(event)
        if person and _has_left(person, self.ctx.clock.now(), self.ctx.policy.timezone):
            raise _former_member(person)
        if person is None:
            if not invocation.command.allows_strangers:
                raise _stranger(event)
            person = Person(id="", email=event.account.email, name=event.account.name)
        else:
            self._rate_limiter.recognise(event.account, person.id)
        if not person.permission.covers(invocation.command.needs):
            raise NotAllowed(
                f"That takes {_a(invocation.command.needs)}; you are {_a(person.permission)}. {_who_grants(invocation.command)}"
            )
        private = not isinstance(event, inbound.MessageText) or event.conversation.direct
        request = Request(
            args=invocation.args,
            person=person,
            account=event.account,
            where=event.conversation,
            place=place,
            now=self.ctx.clock.now(),
            # The asker reads the reply too, even if the stored list of members does not have them yet.
            audience=person.audience if private else room.union(person.audience),
            private=private,
            operator=event.operator if isinstance(event, inbound.CommandText) else "",
            event=event.event_id,
            files=event.files if isinstance(event, inbound.CommandText | inbound.MessageText) else (),
        )
        with bound_contextvars(command=invocation.command.words, person=person.id):
            began, status = self._steady(), 3
            try:
                reply = await invocation.command.run(self.ctx, request)
                status = reply.exit
                return reply
            except Refusal as refusal:
                status = refusal.exit
                raise
            finally:
                self._on_command(invocation.command.words, event.account.platform, status, self._steady() - began)

    def resolve(self, event: InboundEvent) -> Invocation:
        """Which command *event* asks for. Raises BadInput with the usage, or with what was probably meant."""
        match event:
            case inbound.CommandText(words=words) | inbound.MessageText(text=words):
                words = grammar.normalise(words)
                if not words and event.files:
                    return Invocation(self.commands[IMPORT], Arguments(IMPORT))
                return self._understand_words(words)
            case inbound.ButtonPress(action=action, value=value):
                command = self._known(action)
                return Invocation(command, Arguments(action, tuple(value.split()), raw=value))
            case inbound.FormSubmission(form=form, value=value, answers=answers):
                command = self._known(form)
                filled = {name: grammar.strip_invisible(answer) for name, answer in answers.items()}
                return Invocation(command, Arguments(form, tuple(value.split()), filled, raw=value))

    def _known(self, words: str) -> Command:
        if words not in self.commands:
            raise BadInput("This card is from another version of Handshake and its buttons no longer work.", "help")
        return self.commands[words]

    def _understand_words(self, words: str) -> Invocation:
        if not words:
            return Invocation(self.commands[HOME], Arguments(HOME))
        match = grammar.find_command(words, list(self.commands.values()))
        if match is None:
            return self._question(words)
        command, rest = self.commands[match[0].words], match[1]
        if command.words == QUESTION:  # a question is prose: its quotes, dashes and equal signs are no syntax
            return Invocation(command, Arguments(QUESTION, raw=rest))
        try:
            arguments = grammar.parse_arguments(command, rest)
        except grammar.UsageError as misused:
            raise BadInput(str(misused), command.usage) from None
        if (
            command.first_word_pattern
            and arguments.positional
            and not re.fullmatch(command.first_word_pattern, arguments.positional[0])
        ):
            return self._question(words)
        if len(arguments.positional) > command.takes:
            if not command.writes:
                return self._question(words)
            raise BadInput(f"“{command.words}” does not take that many words.", command.usage)
        return Invocation(command, arguments)

    def _question(self, words: str) -> Invocation:
        near = grammar.suggest_command(words, list(self.commands.values()))
        if near is not None:
            meant = self.commands[near.words]
            raise BadInput(f"Did you mean “{meant.words}”? It changes something, so I did not do it.", meant.usage)
        return Invocation(self.commands[QUESTION], Arguments(QUESTION, tuple(words.split()), raw=words))

    async def _who_and_where(self, event: InboundEvent) -> tuple[Person | None, Place | None, Audience]:
        account, where = event.account, event.conversation
        async with self.ctx.store.reading() as session:
            # A linked member who has become a guest is treated as a guest.
            member = account.kind == "member"
            of_account = (account.platform, account.workspace, account.external_id)
            person = await people.with_account(session, *of_account) if member else None
            may_link = member and account.email
            by_email = await people.with_email(session, account.email) if person is None and may_link else None
            place = await places.find(session, where.platform, where.workspace, where.id)
            room = await places.audience(session, place) if place else UNRESTRICTED
        if person is None and may_link:
            person = await self._first_contact(account, by_email)
        if person and person.email in self.ctx.policy.admins:
            person = replace(person, permission=Permission.ADMIN)
        return person, place, room

    async def _first_contact(self, account: inbound.Account, known: Person | None) -> Person | None:
        """Link an account by the e-mail that its platform confirms; creates the row of an admin of the settings."""
        email = account.email.strip().lower()
        vouched = account.external_id.lower() == email  # a terminal's account is the e-mail itself
        if known and vouched:
            return known
        if known is None and email not in self.ctx.policy.admins:
            return None
        async with self.ctx.store.transaction() as session:
            if known is None:
                await people.ensure(session, {email: self.ctx.ids.new("p_")})
                known = await people.with_email(session, email)
            if known is not None and not vouched:
                at = self.ctx.clock.now()
                await people.link(session, known.id, account.platform, account.workspace, account.external_id, at=at)
        return known


def _a(permission: Permission) -> str:
    return f"{'an' if permission is Permission.ADMIN else 'a'} {permission}"


def _who_grants(command: Command) -> str:
    return f"An admin can change that with: roles grant @you {command.needs}"


def _stranger(event: InboundEvent) -> Refusal:
    if event.account.kind != "member":
        return NotAllowed("Handshake answers full members of the organisation; guests and bots are not known to it.")
    return NotAllowed(
        "I do not know you yet. If you use Handshake on another platform already, type “me link” there and the code "
        "you get here, as “me link CODE”. Otherwise ask an admin to add your e-mail to people.csv.",
        "help",
    )


def _has_left(person: Person, now: datetime, zone: str) -> bool:
    """Also from an announced day on that the job has not handled yet."""
    return not person.is_active or (
        person.ends_on is not None and person.ends_on <= now.astimezone(ZoneInfo(zone)).date()
    )


def _former_member(person: Person) -> Refusal:
    return NotAllowed(
        "Your membership has ended, so I don't answer you any more. If that is a mistake, ask an admin to type: "
        f"people back {person.email}"
    )


def _card(title: str, words: str, reference: str, try_words: Sequence[str] = ()) -> Card:
    blocks: list[Block] = [text(words)]
    if try_words:
        blocks.append(text("Try next:", *[f"\n• {command}" for command in try_words]))
    return Card(title, (*blocks, context(f"Reference {reference}")))


def _refused(refusal: Refusal, reference: str) -> Reply:
    card = _card(refusal.title, refusal.text, reference, refusal.try_words)
    facts = {"error": refusal.text, "reference": reference, "try": list(refusal.try_words)}
    return Reply(card, facts=facts, exit=refusal.exit)


def _unavailable(problem: Exception, reference: str) -> Reply:
    words = str(problem) if isinstance(problem, StoreProblem) else f"{problem}. Try again in a minute."
    return Reply(
        _card("Not possible right now", f"{words} Nothing was changed.", reference),
        facts={"error": words, "reference": reference},
        exit=3,
    )


def _apology(reference: str) -> Reply:
    words = "Something went wrong on our side; it is not your doing. Try again, and if it happens again, show an admin this number."
    return Reply(_card("Sorry", words, reference), facts={"error": words, "reference": reference}, exit=3)


def _with_length_notice(reply: Reply) -> Reply:
    notice = context(f"That was too long: I read the first {inbound.MAX_TEXT:,} characters and dropped the rest.")
    return replace(reply, card=replace(reply.card, blocks=(*reply.card.blocks, notice)))


def _already_done() -> Reply:
    return Reply(Card("Already done", (text("That was done the first time you asked; nothing happened twice."),)))
