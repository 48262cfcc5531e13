"""The word lists: which words mean a status, a count, an owner, a date or small talk."""

from __future__ import annotations

from handlers.questions.rules.tagged_text import whole_words
from storage.values.roadmap import Status

ITEM_NOUNS = frozenset(
    [
        "item",
        "items",
        "thing",
        "things",
        "stuff",
        "task",
        "tasks",
        "ticket",
        "tickets",
        "work",
        "job",
        "jobs",
        "piece",
        "pieces",
        "deliverable",
        "deliverables",
        "story",
        "stories",
        "epic",
        "epics",
        "entry",
        "entries",
        "milestone",
        "milestones",
        "one",
        "ones",
        "activity",
        "activities",
        "todo",
        "todos",
        "kep",
        "keps",
        "enhancement",
        "enhancements",
        "proposal",
        "proposals",
        "requirement",
        "requirements",
        "issues",
        "issue",
        "action",
        "actions",
        "feature",
        "features",
        "project",
        "projects",
        "card",
        "cards",
        "row",
        "rows",
        "line",
        "lines",
    ]
)

STATUS_WORDS: tuple[tuple[str, Status], ...] = (
    (r"planned|in planning|in the planning(?: stage| phase)?|unstarted|yet to (?:start|begin|be started)|(?:not|never)(?: yet| been| even| actually)* (?:started|begun|kicked off)(?: yet)?|(?:do|does|did|has|have) not (?:yet )?(?:start|started|begin|begun)(?: yet)?", Status.PLANNED),
    (r"in progress|inprogress|under ?way|ongoing|on going|in flight|in the works|being (?:actively )?(?:worked on|built|done|developed)|in development|in motion|in the making|active|actively (?:being )?worked on", Status.IN_PROGRESS),
    (r"at risk|at (?:a |some )?risks?|at ?risk|in danger|endangered|risky|in jeopardy|jeopardi[sz]ed|shaky|wobbly|risks?", Status.AT_RISK),
    (r"blocked|stuck|blockers?|blocking|blockages?|held up|impeded|stalled|hung up|roadblocked", Status.BLOCKED),
    (r"(?:put )?on hold|onhold|on ?hold|paused|parked|frozen|on ice|suspended|shelved|on pause|halted|on the back ?burner", Status.ON_HOLD),
    (r"dropped|cancell?ed|abandoned|scrapped|killed|axed|descoped|binned|given up(?: on)?|called off|discontinued|ditched|thrown out", Status.DROPPED),
    (r"shipped|finished|delivered|done|completed|complete|closed|released|launched|wrapped up|went (?:live|out)|gone live|accomplished|finalised|finalized|deployed|rolled out|out the door|(?:is|are|was|were) (?:finish|deliver|ship)|achieved|landed|got out|reached|hit|attained|accomplished", Status.DONE),
)  # fmt: skip

DONE_WORD = r"(?:done|finished|shipped|delivered|completed?|closed|ready|released|wrapped up|landed|live|out the door)"
NOT_DONE = whole_words(
    rf"(?:not|never)(?: yet| been| all| quite| fully| even| actually| currently| already| marked| as)* {DONE_WORD}(?: (?:or|nor|and|neither) (?:not )?dropped)?(?: yet)?"
    rf"|neither done nor dropped|un(?:finished|done|resolved|completed)|incomplete|uncompleted|yet to (?:be )?(?:{DONE_WORD}|ship|finish|deliver|complete|land)"
    r"|(?:do|does|did|has|have) not (?:yet )?(?:ship|finish|deliver|complete|land|shipped|finished)(?: yet)?"
)
TO_BE_DONE = whole_words(
    rf"(?:to|must|should|needs? to|has to|have to|had to|will|shall|can|might|may|ought to|supposed to|going to|gonna|want to|got to)(?: also| still| c_\d+| t_\d+| s_\d+| p_\d+)* (?:be|get|have|been) (?:all )?(?:{DONE_WORD}|delivering|shipping|launched|achieved|deployed)"
    rf"|(?:gets?|getting|being) {DONE_WORD}|will (?:have )?{DONE_WORD}|(?:needs?|left|remaining|wants?) (?:finishing|shipping|doing|completing|delivering)"
    rf"|(?:need|want|have|get|needs|wants|gets|got) (?:it|them|this|that|everything|things) {DONE_WORD}"
)
OPEN_WORDS = whole_words(
    r"open|left(?: to do| over)?|left ?overs?|remaining|remains?|outstanding|pending|to do|todo|to dos|backlog|not closed|unclosed|still going|to be done|on (?:the|its|their|his|her|my|our|your) (?:plate|desk|list|table|agenda)"
    r"|working on|works? on|worked on|work on|busy with|up to|occupied with|engaged (?:in|with)|responsible for|in the pipeline|in the queue|queued up|in hand|hanging|to go|missing|stands?|standing"
)
# With these words, "right now" means the current state and not the status "in progress".
LEFT = whole_words(
    r"open|left|remaining|remains?|outstanding|pending|unfinished|stands?|standing|to do|missing|backlog"
)
RIGHT_NOW = whole_words(
    r"(?:right |just )?now|currently|at (?:the|this|present) (?:very )?(?:moment|time|point|minute|second)|at present|presently|as we speak|nowadays|these days|this (?:very )?(?:moment|minute|instant)|atm|rn"
)

OVERDUE = whole_words(
    r"over ?due|late|belated|tardy|lagging(?: behind)?|behind(?: (?:schedule|plan|time|deadline))?|delayed|past (?:its |their |the |his |her |our |my )?(?:due(?: dates?)?|deadlines?|date)"
    r"|(?:has |have |had )?missed(?: (?:its|their|the|a|his|her|our|my))?(?: (?:due dates?|deadlines?|dates?))?|running (?:late|behind)|should (?:already )?have (?:already )?(?:been )?(?:done|finished|shipped|delivered|landed|completed|closed|ready)(?: already| by now)?"
    r"|out of (?:date|time)|(?:due date|deadline)s? (?:has|have|is|are|already)?(?: already)? ?(?:passed|past|gone|over|behind us)|expired|was supposed to be (?:done|finished|shipped)(?: already| by now)?"
)
SLIPPING = whole_words(
    r"slip(?:s|ping|ped|page)?|sliding|slides?|off ?track|in (?:big |deep )?trouble|derail(?:ed|ing)|not on (?:track|schedule)|going wrong|going badly|struggling"
)
SLIPS_PAST = whole_words(
    r"(?:much |far )?too late(?= .*d_\d)|(?:slip(?:s|ping|ped)?|slid(?:e|es|ing)|runs?|running|spills?|spilling|falls?|falling|drifts?|drifting|goes|extends?|moves?|moving|pushed|lands?|overruns?|drags?|dragging)(?: (?:right|well|on|out|over))?(?= (?:past|beyond|after|into|over|until|later than)\b)"
)
ON_TIME = whole_words(
    r"on (?:track|schedule)|on time|healthy|(?:not|never) (?:at all )?(?:overdue|late|delayed|behind(?: schedule)?|slipping|past due|in trouble)|going well|in good shape|under control"
)

NEGATED = r"(?:(?:not|without|never)(?: to)?(?: even)? (?:counting|count|including|include|considering|touching|involving|looking at)|leaving aside|setting aside|disregarding|discounting|barring|save for|not|never|neither|nor|non|outside(?: of)?|except(?: for)?|excluding|exclude|excludes|other than|without|but not|apart from|aside from|besides|minus|ignoring|ignore|leaving out|leave out|skip|skipping|omit|omitting|rather than|instead of|(?:anything|everything|all|nothing|any status) but|no)"
STATUS_FILL = r"(?:(?:the|currently|actually|yet|already|any|anything|items?|things?|marked|as|been|being|those|which|that|are|is|what|s|simply|just|really|in|status|of|even|ones)\s)*"

COUNT = whole_words(
    r"how many|how much|(?:the |total )?(?:number|count|amount|quantity|sum|total) of|(?:please )?count(?: up| the| all| of)?|how big|hwo many|what number|whats the count|total count|tally"
)
WHO = whole_words(
    r"who|whose|whom|(?:the )?(?:owners?|assignee|person in charge|responsible person|contact(?: person)?|lead) (?:of|for|on)|whos|which (?:person|people|colleague|colleagues)|what (?:person|people)|who ever"
)
WHEN = whole_words(
    r"when|(?:what|which)(?: is the| s the)? (?:exact )?(?:date|day|time|deadline|due date)s?|(?:due|finish|end|delivery|target|landing|completion|start) dates?|deadlines? (?:of|for|on)|by when|how soon|until when|since when|what time|(?:the )?dates? (?:of|for)|how long (?:until|till|before)|eta"
)
STATUS = whole_words(
    r"(?:status|state|(?<!in )progress|situation|condition|health|standing) (?:of|on|for|with)|how (?:is|are|has|far|goes|does|do|did)|(?:whats|what is|what s) (?:the )?(?:status|state|progress|latest|news|up|happening|going on)(?: (?:on|of|with|for|about|in))?"
    r"|where (?:is|are|do|does)|(?:any )?(?:news|updates?|(?<!in )progress|word) (?:on|about|of|for|from|regarding)|what about|how about|status|is it true(?: that)?"
)
INCLUDING_ALL = whole_words(
    r"(?:of )?(?:any|all|every|whatever) (?:status(?:es)?|states?)|whatever (?:the|its|their) (?:status|state)|regardless(?: of)?(?: (?:the |their |its )?(?:status|state))?|(?<!not )(?<!without )(?<!excluding )(?:including|incl|with|also|even|plus|counting)(?: also| even| the| those| all| already)* (?:done|finished|shipped|completed|closed|dropped)(?: (?:and|or) (?:done|finished|shipped|completed|closed|dropped))?(?: (?:ones|items|work|stuff))?"
    r"|done or not|open or (?:closed|done|not)|finished or not|ever|all time|(?:open|both open) and (?:done|closed|finished)|no matter (?:the|what|which) (?:status|state)"
)
MILESTONES = whole_words(r"milestones?|mile stones?")
NOT_MILESTONES = whole_words(
    rf"{NEGATED} (?:the |any |for |counting )*milestones?|(?:ordinary|normal|regular|plain|actual|real) (?:work|items?|tasks?)|work items only|only (?:ordinary |normal )?work(?: items)?"
)

_LACKS = r"(?:without|neither|nor|with no|have no|has no|having no|no|lack(?:s|ing)?|missing|needs?|zero|(?:do|does|did|has|have|are|is|had) not (?:yet |even |currently )?(?:have|has|got|had|with|a|an)?|had no|got no|short of|still needs?)(?: yet)? ?(?:an?|any|the|its|their|some|clear|named|set|proper)?(?: named| clear| proper| set| fixed| assigned| actual| single| known| agreed)?"
WITHOUT: tuple[tuple[str, str], ...] = (
    (
        "start",
        rf"{_LACKS} start(?:ing)? (?:date|day)s?",
    ),
    (
        "owner",
        rf"{_LACKS} (?:owners?|assignees?|person|ownership|responsible(?: person)?|(?:one|body|person) (?:assigned|responsible|in charge))|(?:have|has|with) (?:nobody|no ?one|no body) as (?:an? |the |their |its )?owners?|ownerless|un-?owned|unassigned|orphan(?:s|ed)?|(?:no ?one|nobody|no body|no person)(?: (?:is|has|currently|yet|actually|really))* (?:owns?|owning|own|responsible for|in charge of|looks? after|looking after|on|has|taking care of|takes care of|assigned to|assigned|handles|does|working on|picked up|responsible)"
        r"|not (?:owned|assigned|taken)(?: yet)?(?: (?:by|to) (?:any ?one|any ?body|some ?one|a person|an? owner|any person))?(?! (?:to|by) [ctsp]_)|owned by (?:nobody|no ?one)|owner(?:s)? (?:is |are |field )?(?:missing|empty|blank|unknown|not set|unset|tbd|tba)|belongs? to (?:nobody|no ?one)|assigned to (?:nobody|no ?one)|not belong to any ?(?:one|body)|(?:who|that|which) does not have an owner",
    ),
    (
        "due",
        rf"{_LACKS} (?:due dates?|deadlines?|dates?|due|due days?|end dates?|target dates?)|undated|unscheduled|not (?:dated|scheduled)|dateless|(?:due date|deadline|date)s? (?:is |are )?(?:missing|empty|blank|unknown|not set|unset|tbd|tba)|without deadline",
    ),
    (
        "campaigns",
        rf"{_LACKS} (?:campaigns?|releases?)(?! [0-9cd]_?)|not (?:tied|linked|attached|assigned|belonging|connected|related|serving|mapped|part|in|for|on|under|with|serve|belong|support)(?: of| to| for| in)? (?:an?|any|a single) (?:campaign|release|launch)s?|(?:serves?|serving|support(?:s|ing)?|belong(?:s|ing)? to|for) no campaigns?|outside (?:of )?(?:any|all|a) campaigns?|unrelated to (?:any|a) campaigns?",
    ),
)  # fmt: skip

_DID = r"did(?: (?:[ctsp]_\d+|the|we|they|you|i|all|both|each|everyone|everybody|together|guys|folks|lot|them|us|our|my|between|in|from|team|teams|people|actually|already|just|and|us|ever|recently|d_\d+|manage to|it|anyone|anything|any|item|items|things|of|or))*"
FINISHING = whole_words(
    rf"{_DID} (?:ship|finish|deliver|complete|close|get done|do|wrap up|achieve|accomplish|launch|land|release|get out|get finished|finalise|finalize|get through|got done|come out|go out|go live)"
)
DROPPING = whole_words(rf"{_DID} (?:drop|cancel|abandon|scrap|axe|descope|call off|give up)")
STARTS = whole_words(
    r"starts?|starting|begins?|beginning|kicks? off|kicking off|kick off|kickoff|commences?|commencing|get(?:s|ting)? (?:started|going|under ?way)|started|begun|began|kicked off|start dates?|being started|set to (?:start|begin)|to be started|picked up"
)
LANDS = whole_words(
    r"due|lands?|landing|comes? due|coming due|deadlines?|ships?|shipping|deliver(?:s|ing|able)?|finish(?:es|ing)?|go(?:es|ing)? (?:live|out)|falls? due|coming up|comes? up|expected|scheduled|slated|target(?:ed|s)?|wraps? up|close|closes|closing|complet(?:e|es|ing)|arriv(?:es|ing)|launch(?:es|ing)|release[sd]?|hits?|ends?|ending|needed|required|going to be ready|ready|be ready|happening|happens?|upcoming|for"
)

NEXT = whole_words(
    r"(?:the )?(?:very )?(?:next|first|soonest|earliest|nearest|closest)(?: up)?(?: (?P<n>\d{1,3}|two|three|four|five|six|seven|eight|nine|ten))?(?: (?:open|due|upcoming|planned|in progress|big|important|major|[cts]_\d+|s|team|campaign))*(?: (?:item|items|thing|things|task|tasks|ticket|tickets|milestone|milestones|deliverable|deliverables|deadline|deadlines|due date|due|one|ones|work|piece|stuff|to (?:land|ship|be (?:due|done|finished|delivered|shipped)|come(?: due)?|finish|do)|in line|on the list|up))"
    r"|(?:due|lands?|ships?|comes?(?: up| due)?|coming(?: up)?|up|happening|happens|finish(?:es)?|landing|ending|ends|deliver(?:s|ed)?|needed|expires|is) (?:next|first|soonest|earliest|the soonest|the earliest|the first)|next|soonest|earliest|up next"
)
LAST = whole_words(
    r"(?:the )?(?:very )?(?:last|latest|final|furthest|farthest)(?: (?P<n>\d{1,3}|two|three|four|five))?(?: (?:open|planned|remaining|big|in progress|[cts]_\d+|s|team|campaign))*(?: (?:item|items|thing|things|task|tasks|ticket|tickets|milestone|milestones|deliverable|deliverables|deadline|deadlines|due date|due|one|ones|piece|work|shipped|finished|done|delivered|completed|delivery|release|to (?:land|ship|be (?:due|done|finished|delivered|shipped)|come due|finish)))"
    r"|(?:due|lands?|ships?|comes? due|finish(?:es)?|landing|ends|done|shipped|finished|delivered|ship|deliver|completed|ending) (?:the )?(?:last|latest|furthest(?: out)?|farthest(?: out)?)|furthest (?:out|away|in the future)|most recent(?:ly)?|furthest due"
)
OLDEST = whole_words(
    r"overdue (?:for )?(?:the )?(?:longest|most)(?: time)?|(?:longest|most|worst|oldest)(?: time)? (?:over ?due|late)(?: (?:item|thing|one|task|ticket|work|milestone))?|late (?:for )?(?:the )?(?:longest|most)|been (?:overdue|late) (?:for )?(?:the )?longest|(?:the )?longest"
)
TOP = whole_words(
    r"(?:the )?top (?P<n>\d{1,3}|two|three|four|five|six|seven|eight|nine|ten)|(?P<m>\d{1,3}|two|three|four|five) (?:most overdue|earliest|soonest|next|oldest overdue)"
)

ABOUT = whole_words(
    r"(?:that )?(?:mention(?:s|ing|ed)?|contain(?:s|ing)?|titled|called|named|entitled|labell?ed|with the words?|with the (?:title|name)|whose (?:title|name) (?:contains?|has|mentions|says|includes)|with)"
    r"|(?:to do|dealing|deals?|related|relating|concerned|has to do|have to do|having to do) (?:with|to)|about|regarding|concerning|re|around|covering|involving|touching|on the (?:subject|topic) of|around the topic(?: of)?"
)

NO_ANSWER = whole_words(
    r"weather|forecast|temperature|rain(?:ing|y)?|sunny|jokes?|poem|song|story about|recipe|lunch|dinner menu|breakfast|coffee machine|pizza|football|soccer|movie|music|horoscope|lottery|bitcoin|stocks?|share price|stock price"
    r"|sales|revenue|turnover|profit|margin|budgets?|costs?|spend(?:ing|s)?|spent|expens(?:e|es|ive)|price|pricing|roi|roas|kpis?|conversions?|conversion rates?|click ?through|clicks|impressions|leads generated|traffic|visitors|visits|subscribers|followers|customers? do|customer numbers|market share|nps|engagement rate|open rate|bounce rate|churn"
    r"|salary|salaries|paid|payroll|vacation|holidays? left|sick|birthday|phone(?: number)?|telephone|address|e ?mail address|password|passwords|secret|secrets|api key|wifi|token|tokens|prompt|instructions"
    r"|meaning of life|capital of|president|prime minister|news today|what time is it|time is it|who are you|what are you|what can you do|how are (?:you|things with you)|things with you|yourself|how (?:satisfied|happy|good|expensive|popular|effective|successful|likely|important|hard|difficult)|won|weather|are you (?:a|an|there|real|ok|alive|human|single)|your name|your favou?rite|do you (?:like|love|think|know any|feel|speak)|i love you|marry"
    r"|story points?|velocity|burn ?down|hours logged|estimates?|how much (?:money|does it cost|did we (?:spend|sell|earn|make))|how expensive|headcount|hiring|vacancies|competitors?|translate|calculate|square root|divided by|multiplied"
    r"|why|how come|how (?:do|can|should|would) (?:i|we|one|you)|should (?:i|we)|what if|explain|opinion|best way|do you think|recommend|advice|predict|likelihood|probability|chances?|likely is it"
    r"|changed|what changes|changes|moved|history|difference|diff|compare|comparison|versus|average|mean time|percent(?:age)?|ratio|trend|ranking|most items|fewest items|most work|busiest|highest priority|priority|priorities|prioritised|urgency|severity"
)
COUNTS_PEOPLE = whole_words(
    r"(?:how many|number of) (?:of (?:the|our|us|you) )?(?:people|persons|colleagues|employees|developers|engineers|heads)"
)
CHATTER = whole_words(
    r"hi|hello|hey|thanks|thank you|cheers|good (?:morning|afternoon|evening|night|job|work)|great (?:job|work|stuff)|well done|congrats|congratulations|awesome|cool|nice(?: one| work)?|lol|haha|bye|goodbye|see you|happy|love|hate|sorry|welcome|sucks|rocks|rock|sing|dance|bored|tired|hungry|test|testing|ping|yo"
)
PEOPLE_FACTS = whole_words(
    r"(?:who|which people|how many people|how many persons|how many colleagues|how many members) (?:is|are|work|works|belong|belongs)?(?: ?(?:in|on|at|part of|member of|members of|a member of|the members of|to))? ?(?:the )?[ts]_\d+(?: team| department| side)?|(?:which|what) team(?: (?:is|does|are))? p_\d+(?: in| on| belong to| work for| work in| part of)?|who (?:is|are) p_\d+|who (?:leads?|runs?|heads?|manages?) (?:the )?[ts]_\d+(?: team)?|(?:members|people|headcount|head|manager|boss) (?:of|in|on) (?:the )?[ts]_\d+(?: team)?|my (?:boss|manager)|time ?zone|skills?|(?:reports|reporting) to|who is p_\d+"
)
