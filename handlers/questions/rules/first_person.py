"""Resolve my, me, I and my team to the account that asks, whoever the text claims to be from."""

from __future__ import annotations

from handlers.questions.rules.name_index import OTHER_TEAMS, NamedEntity
from handlers.questions.rules.synonyms import ITEM_NOUNS
from handlers.questions.rules.tagged_text import TaggedText, Unparsable, whole_words
from handlers.shared.rules.sides import other_side, side_name
from storage.values.company import Directory, Person

_THINGS = (
    "|".join(sorted(ITEM_NOUNS))
    + "|stuff|plate|deadlines?|backlog|to do|list|agenda|queue|desk|workload|responsibilit(?:y|ies)|assignments?|own|name"
)
_MY_TEAM = whole_words(r"(?:my|our|my own|our own) (?:own )?(?:team|squad|crew|group)(?: s| mates| members)?")
_MY_SIDE = whole_words(r"(?:my|our) (?:own )?(?:side|department|dept)")
_OTHER_SIDE = whole_words(r"(?:the )?other (?:side|department)")
_MY_CAMPAIGNS = whole_words(r"my (?:own )?campaigns?")
_MY = whole_words(
    rf"my(?= (?:[a-z]+ ){{0,3}}?(?:{_THINGS})(?: |$))|mine|my own|my(?= (?:overdue|blocked|open|next|planned|late|at risk|slipping|remaining|in progress|last|due|current|upcoming)(?: |$))"
)
_ME = whole_words(
    r"(?:assigned|belong(?:s|ing)?|given|owned|allocated|handed|entrusted)(?: to| by)? me|(?:owned|held|handled|done|run|led|managed|delivered|shipped|finished) by me|(?:depends?|on|waiting on|waits? (?:for|on)|of|with|by|from) me|i(?= (?:am|was) (?:working|on|late|behind|responsible|in charge|doing|overdue|owner|the owner|assigned|supposed|stuck|blocked))"
)
_FOR_ME = whole_words(r"for me|to me")
_I = whole_words(
    r"(?:(?<=am )|(?<=was ))i(?= (?:working|on|late|behind|responsible|in charge|doing|overdue|supposed|assigned|still|currently|now|to|blocked|stuck|the owner|running|up|due|owning|holding|not|right now|at risk))"
    r"|(?:(?<=do )|(?<=did )|(?<=have )|(?<=should )|(?<=must )|(?<=will )|(?<=does )|(?<=shall ))i(?= (?:still |also |currently |now |even |actually |already |personally )*(?:have|own|owe|work|do|finish|ship|deliver"
    r"|need to (?:do|finish|ship|deliver|get|complete)|got|get done|shipped|finished|delivered|left|hold|complete|completed|look after|done|be (?:doing|working)|on|run|lead|manage)(?! to (?:know|ask)| a question))"
    r"|i(?= (?:still |also |currently |now |personally |myself |already )*(?:own|owe|work on|have (?:to (?:do|finish|deliver|ship|get)|got|left|open|on|due|overdue|blocked|in|for|shipped|finished|delivered|done)"
    r"|need to (?:do|finish|deliver|ship|get done|complete)|must|should (?:do|finish|deliver|be)|hold|got left|promised|committed|manage|lead|run|shipped|finished|delivered|got done|completed))"
)
_NOT_MINE = whole_words(r"my (?:boss|manager|managers|lead|supervisor|reports|colleague|colleagues)")
_FETCHES = whole_words(
    r"(?:show|list|check|find|get|pull|look|tell|give|can you|could you|would you|please|summari[sz]e|count)"
)


def tag_first_person(tagged: TaggedText, names: Directory, asker: Person | None) -> None:
    """Replace these words with the asker, or the asker's team, side or campaigns."""
    if tagged.has(_NOT_MINE):
        raise Unparsable("name the person instead of the relation")
    tagged.rewrite(_MY_TEAM, "t", lambda _: _team(names, asker))
    tagged.rewrite(_MY_SIDE, "s", lambda _: _side(names, asker, other=False))
    tagged.rewrite(_OTHER_SIDE, "s", lambda _: _side(names, asker, other=True))
    tagged.renumber()
    if tagged.has(_MY_CAMPAIGNS):
        _mark_campaigns(tagged, names, asker)
    named = bool(tagged.named("tsp"))
    for pattern in (_MY, _ME, _I):
        tagged.rewrite(pattern, "p", lambda _: _self(asker))
    if not named and not tagged.has(_FETCHES):
        tagged.rewrite(_FOR_ME, "p", lambda _: _self(asker))
    tagged.renumber()


def _self(asker: Person | None) -> NamedEntity:
    if asker is None:
        raise Unparsable("I do not know who you are here; say a name instead of me or my")
    return NamedEntity("person", asker.id, asker.name or asker.email)


def _team(names: Directory, asker: Person | None) -> NamedEntity:
    _self(asker)
    team = names.team.get(asker.team) if asker else None
    if team is None:
        raise Unparsable("you are not listed in a team; say the team's name")
    return NamedEntity("team", team.key, team.name)


def _side(names: Directory, asker: Person | None, *, other: bool) -> NamedEntity:
    team = names.team[_team(names, asker).key]
    side = other_side(team.side) if other else team.side
    return NamedEntity("side", side.value, side_name(side, OTHER_TEAMS))


def _mark_campaigns(tagged: TaggedText, names: Directory, asker: Person | None) -> None:
    me = _self(asker).key
    mine = [campaign for campaign in names.campaigns if me in {campaign.owner, campaign.it_partner}]
    if not mine:
        raise Unparsable("no campaign is yours; say its name")
    place = next(first for _, first, _ in tagged.matches(_MY_CAMPAIGNS))
    tagged.put(place, place + 2, "c", NamedEntity("campaign", mine[0].key, mine[0].name))
    if len(mine) > 1:
        tagged.chunks[place].candidates = tuple(
            NamedEntity("campaign", campaign.key, campaign.name) for campaign in mine
        )
        tagged.chunks[place].value = None
    tagged.renumber()
