"""Plain English words that are not names on their own. What remains of a question without them may be a name."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words with a grammatical function only.
FUNCTION_WORDS = _words("""
a an the this that these those there here and or but nor so yet if then than as at by for from in into of off on onto
out over to up with within without about above across after against along among around before behind below beneath
beside besides between beyond down during except inside like near outside past per since through throughout till
toward towards under until unto upon via is are was were be been being am do does did doing done has have had having
can could may might must shall should will would not no yes i me my mine myself you your yours yourself yourselves ourselves themselves itself himself herself we us our ours they
them their theirs he him his she her hers it its one ones who whom whose what which when where why how any anywhere somewhere everywhere elsewhere anything
anyone anybody some something someone somebody none nothing nobody every everything everyone everybody each all both
either neither other others another such same own just only also too very really quite rather still already ever never
again once more most less least much many few several lot lots bit enough even almost nearly because while although
though whether unless however therefore instead else otherwise etc ok okay please handshake bot
""")

# Nouns for what a roadmap consists of and the people around it; they set no condition.
GENERIC_NOUNS = _words("""
item items thing things stuff task tasks ticket tickets work job jobs piece pieces project projects deliverable
deliverables story stories epic epics issue issues milestone milestones roadmap plan plans backlog todo todos board
list lists entry entries line lines row rows card cards action actions activity activities effort efforts initiative
initiatives feature features campaign campaigns team teams side sides department departments dept group groups squad
crew folks people person colleague colleagues guys guy gang lot bunch member members owner owners partner partners
deadline deadlines date dates status state states number count total launch launches release releases event events
programme program promo promotion project's plate name names
""")

# Everything else that occurs in questions and does not say which items are meant (duplicates are harmless).
_FILLER = _words("""
able absolutely accept according account actual actually add afraid afternoon ago agree ahead alright altogether
always amazing amount answer anyhow anytime anyway anyways apart apparently appear appears appreciate appreciated
approximately aren ask asked asking asks assume attention awesome aware away back bad basically beat become begin
beginning begins believe best better big boss both bother brief briefly briefing bring brings broad brother buddy busy
call called calls came care careful case catch cause certain certainly chance chase chasing chat check checking cheers
chief choose cio cmo cto ceo coo clear clearly close closer coffee colleague come comes coming comment comments
commit committed company complete completely concern concerned concerning concerns confirm confirmed confused consider
considered contact correct correctly cos couple course cover curious current currently cut cuz damn day dealing dear
deck definitely delay details didn different difficult direct directly director discuss discussed discussing display
doc document don double doubt doing dude due early earlier easily easy effect email end ended ending ends entire
entirely enumerate especially essentially exact exactly example excellent exec execs executive exist existing exists
expect expected expecting explain explicitly extra face fact fair fairly fallen falling far fast favor favour feel
fetch figure file fill final finally find fine first fix focus follow following forget forgot forward found four frankly
free freaking friend front full fully further fyi gather general generally get gets getting give given gives giving
glad go goes going gone gonna good gosh got gotten grab great guess guide half hand hands hang happen happened
happening happens happy hard hate haven haves head heads hear heard heading hell hello help helpful hey hi high hint
hold honest honestly hope hopefully hoping hour hours huge idea ideas identify imagine immediately important inbox
include included includes including incl indeed info inform information inquire inquiring interest interested involve
involved involves job join keen keep keeping kind kindly knew know knowing known knows land landing lands large last
late lately later latter lead leader leaders leading left let lets level light likely likes line list listed
listing literally little live load log long longer look looked looking looks lookup lost love loved luck made main
mainly make makes making manage manager managers management mandatory manner mate matter matters mean meaning means
meant meet meeting meetings mention mentioned merely mess met middle mind minute minutes miss missing mistake moment
month months morning move moved moves moving mr mrs ms name namely near need needed needing needs new news next nice
night noon normal normally note noted notes notice number numbers obviously occasion odd officially often oh
old onwards open option options order organisation organization original ought outcome overall overview
owe owes owing own owned owns page paper part particular particularly parts pass patience pending perfect perhaps
period pick picture place placed places plain planned planning plus point points position possible possibly precise
precisely prepare preparing present presentation presently presenting press pretty previous previously prior probably
problem problems proceed process progress prompt proper properly provide pull purpose purposes put query question
questions quick quicker quickly quiet quite range rather reach read reading ready real reality realise realize reason
recap recent recently record records refer regard regarding regardless regards related relevant remain remaining
remains remember remind report reporting reports request requests require required respect respective respectively
respond response responsibility responsible rest result results return review reviews rid right rough roughly round
run running runs safe said sake say saying says schedule scheduled scope search second secondly section see seeing seem
seems seen self send sense sent seriously serve serves serving set setting share shares sharing shit sheet short shortly
show showing shown shows sign simple simply single sir sit sits sitting situation slide slides slight slightly slow
small solid somehow sometime sometimes somewhat somewhere soon sooner sorry sort sounds speak speaking special specific
specifically spot stage stakeholder stakeholders stand standing stands standup start started starting starts stay
steerco step steps stop straight strictly stuff stupid sudden suddenly sum summarise summarize summary super suppose
supposed sure surely sync table take taken takes taking talk talking tell telling tells term terms terrible thank
thanks thankful thing think thinking third thought thoughts thousand three tied tight till time times tired today
together told tomorrow tonight top topic topics totally touch toward track tracking train tried trouble true truly try
trying turn two type types ugh uh uhh um umm understand understood unfortunately upcoming update updated updates
urgent urgently use used useful user using usual usually various version view wait waiting walk want wanted wanting
wants warn wasn watch way ways week weekly weeks welcome well went weren whatever whatsoever whenever whereabouts
wherever whichever whoever whole wish wonder wondering word words worked worker working works world worried worry
worse worst worth wouldn write wrong ya yeah year years yep yesterday yo young zero hmm hm er erm eh ah aha lol btw asap
imho imo fyi tbh idk dunno kinda sorta gonna wanna bloody hell heck fuck fucking damned goddamn crap shitty
able achieve achieved achieving actively assigned assigning assignee attached bearing belong belonging belongs booked
build building builds built carry carries carried carrying charge chargeable complete concern contain contains
containing cook cooking cooked deal deals deliver delivering delivers demo depend depends dependent developing
doing drive drives driving entail expected filed handle handled handles handling hanging held juggling keeps left
linked looked manages managed managing marked need nowhere occupied occupy occupying outstanding overseeing oversee
oversees perform performing performed pipeline play plays playing producing produce pushing queue queued remains
remaining responsible responsibilities run running scheduled serve served shipping slated slot slots
supporting supports supported tackle tackled tackling takes tasked thats undertaking underway unit volume
workload yours tied toward touching touches go-live live goes deadline kickoff kick kicks kicked off begin began
commence commences finish finishes land landed closing closes closed happening involve involving
categories category column columns complete database entries field fields filter filtered grouped
 key keys main marker matched matching page regular respective sort sorted specifically store stored
 tools data's per se vs versus ie eg aka hence thereof therein thereby herein yesterday's today's tomorrow's
minus plus equal equals amount amounts fewer bigger biggest smaller smallest largest longest shortest nearest closest
soonest earliest latest oldest newest furthest final upcoming approaching nearing imminent coming forthcoming
hundred thousand dozen single double half quarter third four five six seven eight nine ten eleven twelve
monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
october november december fortnight quarter quarters semester calendar fiscal weekday weekend morning evening
blocked blocker blockers blocking stuck risk risky risks overdue slipping slipped slip slips slippage dropped cancelled
canceled planned hold paused parked shipped delivered finished completed done ongoing progress active unassigned
unowned undated delayed behind missed shaky wobbly days hours lunch dinner breakfast weather joke jokes
approach arrive arrived arrives assist attend await awaiting bad clarify cleared compile confess convince cope decide
decided demand demanding deserve desire discover drag dragging drown drowning eager emerge ensure evaluate exhaust expose
fancy grasp grateful grumble guarantee handy harm haste headache heaven hunt hunting hurry hurt ideal impress improve
inspect insist intend intended intending invest irritated irritating jump justify kill lag learn lend lie lift locate mad
magic mood narrow neat nervous obvious occur occurs offend operate panic peek pile piled pleasure polite pop pray prefer
preference promise promised prove race realistic refresh relax rely remark remove repeat rescue reveal ridiculous rumor
rumour rush scan scary scream seek settle settled shape shout sick silly sleep smooth snapshot spare specify squeeze stress
stressed struggle suggest suspect suspicious swear sweet tease tempt thorough tidy trust twice unclear verify vague visible
wild wise yell gentleman gentlemen ladies lady boys girls mum wife daughter kids home house car train airport plane flight
 workshop session agenda minutes invite invitation calendar plate
worries appointment interview quote slack teams-chat email mail phone chatbot robot computer machine brain memory mouth
english german french spanish language accent typing keyboard typo spelling apology apologies excuse pardon bless
cannot couldnt havent hasnt havn doesn don shouldn wanting hoping gotta lemme gimme dunno innit mate bruv lads chaps
accurate actual additional adequate advance advanced aim aimed aims allow allowed alone amid angle apply applies applied
arrange arranged arrangement attach await avoid backed base based basic basis batch behalf bet beware bind bold bore boring
bottom bound brave breathe bright bucket burn burning bury busy calm cancel capable carefully casual challenge
challenging changeover choice chunk claim clean clue cold collect collected column combine comfortable command common
compared competent complain complaint conclude conclusion condition conditions conduct conflict connect connected
consequence consist consistent construct content-wise context continue continues continued contribute converge
 corner counting couldn coverage crazy create created creates critical crucial crunch cry curiosity
dare dead decent declare deep deeply define defined degree delighted deny depth desperate desperately destined determine
disappear dive divide down draft draw drawn dread dream drift drop dropping duty each earn ease effectively efficient
elaborate elapsed elsewhere embarrassing empty enable enabled encounter enjoy enormous enter equally escape establish
estimate eventual eventually evidence examine exceed except exclusively excuse exhausted exhausting expense explore extent
extra extremely eye eyes fail failed failing fails fall familiar famous fear feasible feedback fell fellow fewest fight
filling finger fire firm fit fits flagged floating fly folder force forever form formal forth fortunately
frame fresh frightening frustrated frustrating frustration function further gap gave genuine gentle gone goodness grateful
grip ground grow growing handful hardly hassle heavily heavy held hidden hide hit hits honestly hook horrible hot human
hundreds identify idle ignorant impact impatient implement implemented importantly impossible impression incomplete indicate
individual insane inside instance instantly instruct intense interim introduce irrespective isolate jam joined judge justice
kept kick killing knock lacking lacks lame laugh launch lazy leave leaves leaving length liable life limit limited
link listen lock locked logic lonely loop loose lose losing loud lower lucky maintain majority manual massive match meantime
measure mid missed mixed model moderate month-end mostly motion multiple mystery naturally necessarily necessary negative
neglect neglected newly nuts oblige obligation occasionally offer official omit ongoing opposed opposite ordinary
organize organise origin outside oversight owe pain painful pair panic paper partial partially passed passing patient peace
peculiar penny permanent permit persist pin pinned plenty poor pop popular positive practical practically
prepared presence pressing pressure previously pride primarily primary principle private proceeding produce progressing
promptly proof properly proportion propose protect proud provided providing public published pursuing puzzled qualify
quarter-end quarterly random rare rarely rate raw react readily recall receive recommend recover reflect refuse register
regret regular relate relation relevant reliable relief remainder rename repeatedly replace represent reserve resolved
responsible restrict resume retrieve rock rolling roll rolls room rotten rough rude rule rules running sadly satisfied scared
scattered scratch script season seat secret secure selected separate separately series shared sharp shift shock shoot shot
sight signal significant similarly sincerely single size slack sleeping smart smell soft solely solution solve soul sounding
source spread standing stare steady stick sticking sticky stop stopping strange stretch strictly string strong
subset substantial succeed sudden sufficient suit suits summary supply surface surprise surprised surprising survive switch
sync tail talk target targeted targets technically technology temporary tendency tense thank theme therefore thin threatened
threatening throw thrown tick ticking title titles today tomorrow tone tons tough tour trace transparent treat trigger trip
trivial tune turned twist typical typically ultimate ultimately unable unaware uncertain undergoing underneath unfinished
unhappy unlikely unresolved unsure until upper upset urgently usage usual utterly valid valuable value via vital wake
wall warm warning weak weird whereas whichever wide win wire wondered worrying worrisome wrap wrapped wrapping wreck wrong
yell yet clock am pm rundown breakdown gist digest roundup heads-up ffs wtf omg geez jeez gosh blimey crikey bug bugging pester disturb annoy nag nagging satisfied kidding joking kep keps enhancement enhancements proposal proposals requirement requirements leftover leftovers
""")

STOP_WORDS = FUNCTION_WORDS | GENERIC_NOUNS | _FILLER

# Words in names that are too common to identify one on their own, unless a name is expected there.
COMMON_IN_NAMES = GENERIC_NOUNS | _words(
    "big new open week day days year back next first last the and of to for summer-time"
)

# Words that set a condition; they never stand for a name that contains them.
CONDITION_WORDS = frozenset(
    [
        "open",
        "next",
        "last",
        "first",
        "new",
        "today",
        "tomorrow",
        "yesterday",
        "week",
        "weeks",
        "weekly",
        "month",
        "months",
        "day",
        "days",
        "year",
        "years",
        "quarter",
        "due",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "done",
        "blocked",
        "overdue",
        "late",
        "planned",
        "hold",
        "progress",
        "risk",
        "dropped",
        "shipped",
        "finished",
        "delivered",
        "finish",
        "start",
        "end",
        "started",
        "starts",
        "ends",
        "team",
        "teams",
        "campaign",
        "campaigns",
        "item",
        "items",
        "work",
        "task",
        "tasks",
        "ticket",
        "tickets",
        "owner",
        "owners",
        "partner",
        "milestone",
        "milestones",
        "deadline",
        "status",
        "side",
        "plan",
        "roadmap",
        "date",
        "dates",
        "now",
        "current",
        "currently",
        "weekend",
        "people",
        "person",
        "project",
        "projects",
        "thing",
        "things",
        "stuff",
        "update",
        "updates",
        "left",
        "remaining",
        "night",
        "morning",
        "end",
        "half",
        "early",
        "mid",
    ]
)

# What people call the items of a roadmap.
ITEM_NOUNS = _words(
    "item items thing things stuff task tasks ticket tickets work job jobs piece pieces deliverable deliverables story stories epic epics entry entries milestone milestones one ones activity activities todo todos kep keps enhancement enhancements proposal proposals requirement requirements issues issue action actions feature features project projects card cards row rows line lines"
)
