"""Orders inside a message: a request to change or send something is never carried out by asking.

The question beside an order is answered; an order alone is offered as a form.
"""

from __future__ import annotations

import re

from handlers.questions.rules.tokens import fold

_OBJECT = r"(?= (?:the|a|an|this|that|these|those|all|every|everything|it|me|my|our|us|him|her|them|its|their|your|and|out|up|down|over|off|to|back|[a-z]+-?\d+)\b)"
# The second half can also be nouns or adjectives ("open items", "store opening"), so they need an object to be orders.
_CHANGES = (
    r"(?:move|mark|set|change|update|delete|remove|erase|wipe|add|create|assign|reassign|rename|cancel|postpone|publish|approve|reject|revert"
    r"|import|subscribe|unsubscribe|reschedule|announce|notify|invite|reopen|edit|fix|extend|delay|merge|archive|unblock|ignore|disregard|forget"
    r"|override|pretend|overwrite|modify|resume|grant|promote|transfer|execute|reset|restart|install|undo|celebrate|thank(?! (?:you|u|ya|all|god|goodness)\b)|acknowledge|ack|remind"
    r"|insert|escalate|prioriti[sz]e|do not|translate|compose|deprioriti[sz]e|unassign|unlink|drop|close|put|book|make|nudge|ping|tell (?!me|us)\w+ to|ask \w+ to"
    r"|(?:push|schedule|post|email|shift|swap|block|act|complete|finish|ship|start|stop|pause|bump|flag|tag|link|pull|hand|give|send|write|run|open|bring"
    r"|take|message|dm|save|store|resolve|turn|switch|draft|order|split|hold|park|launch|cut|raise|lower|clear|fill|print|reveal|disable|enable)"
    + _OBJECT
    + r")"
)
# Questions that begin with one of these verbs: "give me the list", "open items of SEO", "update on the launch".
_READS = re.compile(
    r"(?:give|send|bring|run|take|write|post|draft)(?: me| us)?(?: by| up| through| over)? (?:to )?(?:me|us|a|an|the|all|list|what|everything|overview|status|up|summary)\b(?!.* to (?:done|blocked|friday))"
    r"|(?:remind|update|message|ping|notify) (?:me|us) (?:what|who|when|which|how|on|of|about|again|where|if|whether)\b|open (?!up )|updates? (?:on|for|about|regarding|please)\b"
    r"|start(?:s|ing)? (?:date|with)|finish(?:ed)? |complete(?:d)? |(?:schedule|plan|draft|link|change|fix|post|tag)s? (?:of|for)\b|block(?:ed|ers?|ing) |run (?:me )?through|pull up|bring up|put together"
    r"|make (?:me )?a list|make it (?:short|quick)|write (?:me )?(?:up )?(?:a|the) (?:list|overview)|do not (?:know|understand|remember|see)\b|open$|turn up"
    r"|(?:pull|print|put|hand|throw|bring|give)(?: out| up| over)?(?: me| us)?(?: out| up)? (?:the|all|a|my|our|every|everything)\b.*\b(?:lists?|items?|milestones?|deadlines?|ones|entries|tickets?|tasks?|overview)\b(?! (?:to|on) )"
    r"|stop (?:the press|everything|it)\b|hold (?:on|my|your|the line)\b"
)
# Atomic, and each sign has one place to go: with two, "and and and …" would be tried in every combination.
_LEAD = (
    r"(?>(?:(?:hi|hey|hello|ok|okay|so|well|and|then|now|please|pls|kindly|also|just|but|quick|quickly|immediately|first|next|finally|"
    r"handshake|bot|yo|dear|thanks|alright|right|actually|oh|system|admin|user|assistant|important|note|urgent)\b[,:!\s-]*)*)"
)
_ASKS_FOR = (
    r"(?:(?:can|could|would|will|may|should) (?:you|we|i|someone|somebody|anyone|anybody|u) (?:please |kindly |just |maybe |possibly )*"
    r"|(?:i|we) (?:want|need|would like|wish|have|order|command)(?: you| it)? to (?:please |just )?|i'd like (?:you )?to |let's |lets |let us |go ahead and |you (?:must|should|need to|have to|will) (?:now |first )?"
    r"|(?:would you )?(?:be so kind (?:and|to|as to)|would you mind|do you mind) (?:to )?|make sure (?:to |you |that you )|help me (?:to )?|it is time to |may i ask (?:you )?(?:to |a favou?r[:,]? )|time to |try to |try and |don't forget to |remember to )"
)
_INSTRUCTION = re.compile(rf"^\W*{_LEAD}(?:{_ASKS_FOR})?{_LEAD}(?P<verb>{_CHANGES})(?:ing)?\b(?!['-])")
_KEY = r"[a-z]{2}[a-z0-9]{0,40}-?\d{1,9}"  # bounded: letters and figures could be parted anywhere
_REGULAR = r"(?:every (?:day|week|month|morning|(?:mon|tues|wednes|thurs|fri)day)|weekly|daily|monthly|each (?:day|week|month))\b"
_STATEMENT = re.compile(
    rf"\b(?:{_KEY}|it|this|that|they) (?:should|must|needs? to|has to|have to|ought to|can) (?:now )?be (?:moved|marked|set|changed|closed|dropped|updated|assigned|reassigned|renamed|postponed|cancelled|deleted|removed|pushed|put|delayed)\b"
    rf"|\b(?:can|could|should|shall|may|will) (?:{_KEY}|it|this|that|the [a-z ]{{3,40}}) be (?:moved|marked|set|changed|closed|dropped|updated|assigned|reassigned|renamed|postponed|cancelled|deleted|removed|pushed|put|delayed|given)\b"
    rf"|^\W*(?:{_KEY}) (?:is|are) (?:now )?(?:done|finished|blocked|shipped|complete|delivered|at risk|on hold)\b[ .!]*(?:now|already)?[.!]*$"
    rf"|\b(?:i|we)(?: would|'d)? (?:want|need|like|wish) (?:to (?:have|get|see) )?(?:{_KEY}|the [a-z ]{{3,40}}|it|this|that) (?:to be )?(?:dropped|moved|marked|set|changed|closed|updated|assigned|reassigned|renamed|postponed|cancelled|deleted|removed|pushed|put|delayed|finished|unblocked)\b"
    r"|^\W*(?:please )?no longer\b|\bfrom now on\b"
    r"|\bif you (?:(?:could|would) )?(?:added|add|sent|moved|move|marked|mark|changed|change|set|assigned|assign|handed|hand|closed|close|dropped|removed)\b"
    r"|\b(?:can|could|would|will) (?:they|it|(?:your|the|our) [a-z ]{3,30}|[a-z]+) (?:please |kindly )?(?:build|create|develop|set up|take on|implement|make (?:us|me|one|a))\b"
    r"|\b(?:i|we) (?:want|would need|would like) (?:a|another) new\b|\bwe would need (?:a|an)\b|\b(?:like|love|want) to receive\b"
    rf"|\b(?:send|mail|e-?mail|post|message|ping) (?:me|us)\b.*\b{_REGULAR}|\b{_REGULAR}.*\b(?:send|mail|e-?mail|post|message|ping) (?:me|us)\b"
    rf"|(?:,|;) (?:so )?(?:kindly|please) (?={_CHANGES})"
)
_SPLIT = re.compile(r"(?<=[.!?;])[\s\"')\]]+|\n+|\s+-{1,2}\s+(?=[A-Z])")
_JOINT = re.compile(
    rf"(?:,| -|\.\.\.)?\s+(?:and|then|but|plus|or)(?: then| also| please| now)* (?={_CHANGES}\b (?!(?:is|are|was|by|on|for|me|us|of|items?|or|and)\b)\S)|(?:,\s+)(?:then |please |also |now )+(?={_CHANGES}\b)"
)
_THEN_ASKS = re.compile(
    r"(?:,| and| but| then|:)+ (?=(?:tell me(?! when(?! (?:is|are|was|does|do|did)\b|.* (?:due|starts?|ends?|planned|scheduled|expected)\b))|show|list"
    r"|let me know(?! when)|give me|what|which|who|how many|when (?:is|are|was|were|does|do|did|will))\b)",
    re.IGNORECASE,
)
_BRACKET = re.compile(rf"[(\[{{<]\s*{_LEAD}{_CHANGES}\b[^()\[\]{{}}<>]*[)\]}}>]", re.IGNORECASE)

_CLAIM = re.compile(
    r"^\W*(?:(?:hi|hey|hello|so|well|ok|please)[, ]+)*(?:"
    r"(?:speaking |acting |asking |writing )?as (?:the|a|an|your|our|head|chief|vp|cio|cmo|cto|ceo|coo|admin|administrator|member|owner|root|somebody|someone)\b(?! of (?:\d|today))[^,;.?!]*?(?:[,;]| (?=(?:i|we|please|show|give|tell|list|what|which|who|how|could|can)\b))"
    r"|(?:in my (?:role|capacity) as|on behalf of|speaking for|acting for)\b[^,;.?!]*[,;]"
    r"|(?:i am|i'm|im|this is|my name is|here is|it's(?! (?:\S+ ){0,3}(?:items?|tasks?|tickets?|milestones?|work|stuff|things?|deadlines?)\b)|it is) (?!(?:looking|wondering|trying|preparing|writing|planning|putting|drafting|updating|reviewing|curious|asking|interested|searching|not|after|just|on|working|in need|blocked|stuck|late|responsible)\b)[^,;.?!]*?(?:[,;]|(?:,? (?:so|and|but)) (?=(?:show|tell|give|list|what|which|who|how|is|are|i|please)\b))"
    r"|(?:you are|you're|u are) (?!(?:asked|supposed|able)\b)[^,;.?!]*[,;]"
    r"|(?:pretend|assume|imagine|suppose|given|assuming|since|because|considering)\b[^,;.?!]*[,;]"
    r")\s*",
    re.IGNORECASE,
)
_ADMIN_TAIL = re.compile(
    r",? (?:as (?:the|an?) (?:admin|administrator|cio|cmo|cto|ceo|coo|chief[a-z ]*|root|owner of everything|superuser|manager)|with admin rights|because i am [^?.!]*|since i am [^?.!]*)(?=[?.!]|$)",
    re.IGNORECASE,
)


def without_orders(text: str) -> tuple[str, bool]:
    """*text* without its orders, and whether there were any."""
    plain = _BRACKET.sub(" ", _ADMIN_TAIL.sub("", text))
    rest: list[str] = []
    ordered = False
    for clause in _clauses(plain):
        parts = [_CLAIM.sub("", part) or part for part in _JOINT.split(clause) if part]
        kept = [piece for part in parts for piece in _asked_in(part)]
        ordered = ordered or kept != parts
        rest += kept
    return " ".join(" ".join(rest).split()), ordered


def _clauses(text: str) -> list[str]:
    return [clause for clause in _SPLIT.split(text) if clause.strip()]


def _asked_in(clause: str) -> list[str]:
    """*clause* if it is no order, else the questions after the order: "stop that and tell me what is blocked"."""
    if not is_order(clause):
        return [clause]
    return [part for part in _THEN_ASKS.split(clause)[1:] if not is_order(part)]


def is_order(clause: str) -> bool:
    """Whether *clause* is an order to change or send something, or to behave in some way."""
    low = fold(clause).strip()
    if _STATEMENT.search(low):
        return True
    match = _INSTRUCTION.match(low)
    return bool(match and not _READS.match(low[match.start("verb") :]))
