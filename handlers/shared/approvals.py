"""Who may approve a proposal: a publisher of the side that did not propose it."""

from __future__ import annotations

from handlers.context import Policy
from handlers.errors import NotAllowed, Refusal
from handlers.shared.rules.sides import other_side, side_name
from storage.values.company import Directory, Permission, Person, Side
from storage.values.roadmap import Revision


def publishers_of(policy: Policy, names: Directory, side: Side) -> tuple[Person, ...]:
    """Everybody on *side* who may publish, admins of the settings included."""
    return tuple(
        person
        for person in names.people
        if (person.permission.covers(Permission.PUBLISHER) or person.email in policy.admins)
        and names.side_of(person) is side
    )


def sides_with_publishers(policy: Policy, names: Directory) -> frozenset[Side]:
    """The sides on which somebody may publish."""
    return frozenset(side for side in (Side.MARKETING, Side.IT) if publishers_of(policy, names, side))


def needs_approval(policy: Policy, names: Directory) -> bool:
    """Whether a publisher of the other side has to approve; by default as soon as both sides have publishers."""
    if policy.two_key == "auto":
        return len(sides_with_publishers(policy, names)) == 2
    return policy.two_key == "on"


def approvers_of(policy: Policy, names: Directory, author: Person) -> tuple[Person, ...]:
    """Everybody who may approve what *author* proposes: the publishers of each side but the author's own."""
    theirs = names.side_of(author)
    sides = [side for side in (Side.MARKETING, Side.IT) if side is not theirs]
    return tuple(person for side in sides for person in publishers_of(policy, names, side))


def check_may_approve(person: Person, proposal: Revision, names: Directory) -> None:
    author = names.person_ever.get(proposal.author)
    if author is None:  # so it is unknown which side has to approve
        raise Refusal(
            f"Whoever proposed {proposal.name} is no longer known here, so it lacks a key. "
            "An admin can publish it alone: reject it, then publish --now.",
            f'reject {proposal.name} "its author left"',
        )
    theirs = names.side_of(author)
    mine = names.side_of(person)
    if mine is Side.OTHER:
        raise NotAllowed(f"{proposal.name} needs a key of Marketing or IT, and you belong to neither side.")
    if mine is theirs:
        other = side_name(other_side(mine))
        raise NotAllowed(f"{proposal.name} has your side's key already. A publisher of {other} has to approve it.")
