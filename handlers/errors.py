"""Errors whose text is shown to the person: what happened, who can act, and what to type next.

Refusal        cannot be done as asked                            exit 1
NotFound       something that was required is not there           exit 1
BadInput       the words or the file are not usable               exit 2
"""

from __future__ import annotations


class Refusal(Exception):
    """The request cannot be done as asked. The text is shown to the person, so it says what to do instead.

    `try_words` are commands to type next, offered below the text.
    """

    exit = 1
    title = "That cannot be done"

    def __init__(self, text: str, *try_words: str) -> None:
        super().__init__(text)
        self.text = text
        self.try_words = try_words


class NotFound(Refusal):
    """What was named does not exist, or this person may not see it."""

    title = "Not found"


class NotAllowed(Refusal):
    """This person has no permission; the text says who has."""

    title = "Not yours to do"


class BadInput(Refusal):
    """The arguments or the file are invalid. Nothing was changed."""

    exit = 2
    title = "I did not understand that"
