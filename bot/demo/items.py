"""The sample company's 160 roadmap items: written by hand, with dates relative to today.

A line: number | campaign | due date and status | title | summary | extras. The due date is a distance in days: `T+8`
from today, `S-21` from the campaign's start, `P60` is 60 percent of the way from today to that start, `-` is none.
The status may be `late` (in progress and overdue) or empty (derived from the dates); `blocked@4` was set four days
before the newest revision. Extras: milestone, owner:…, tags:…, visible:….
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_BRAND = """
1 | brand-refresh | T-300 done | Brand platform agreed in one sentence | Eleven stakeholders, four workshops, nine words that everybody can repeat. | milestone
2 | brand-refresh | T-130 done | Logo that works at 16 pixels | The favicon was the hardest part of the whole identity. | tags:design
3 | spring-launch | P45 in_progress | Key visual for Spring Launch | One picture that carries posters, pages and the cover of the catalogue. | tags:design
4 | spring-launch | T-9 done | Photo shoot with plants that survive it | Two days on a roof terrace, with a gardener on call. | owner:clara.nystrom;tags:photo
5 | autumn-collection | S-35 | Lookbook shot before the leaves fall | Forty looks in one forest, weather permitting. | tags:photo
6 | black-friday | S-30 | Black Friday look that is not just black | Readable prices first, then drama. | tags:design
7 | brand-refresh | T+11 in_progress | New guidelines published for agencies | Thirty pages at one address instead of a PDF called final_final_3. | milestone
8 | holiday-gifting | S-45 | Holiday film, thirty seconds, no reindeer | Told from the point of view of the wrapping paper. | tags:video
9 | circle-relaunch | T+20 in_progress | Member card people want to screenshot | Front, back and the wallet version, in light and dark. | tags:design
10 | brazil-entry | T+33 at_risk@33 | Brazilian tagline that is not a translation | Three candidates written in São Paulo and tested with real customers. |
11 | summer-sale | S-28 | Sale banners in all 23 sizes | One source file, exported by a script and not by an intern. | tags:design
12 | partner-summit | T+5 in_progress | Stage design and lanyards | Names large enough to be read without bowing. | tags:events
13 | | T-185 done | Font licences counted and paid | Every weight on every site has a receipt now. |
14 | spring-launch | P80 planned | Packaging sleeve for the Terrace line | Recycled board, two colours, one fold. | tags:design
15 | | T-3 late | Slide template that survives the sales team | Locked margins, friendly defaults, no clip art. |
16 | back-to-campus | S-30 | Dorm room illustrations | Twelve scenes, one of them tidy. | tags:design
17 | summer-loyalty | S-22 | Double points sticker set | For windows, parcels and laptop lids. | tags:design
18 | | T-62 done | Icon set shared with Web Platform | 84 icons with one name each on both sides. | tags:design
19 | | T-90 dropped | A mascot named Larky | A lark in a scarf, drawn in four moods. |
20 | brand-refresh | T+75 planned | Signs for the first ten shops | From measuring the facades to the last screw. |
"""

_SEO = """
1 | | T-290 done | Content calendar both sides can see | Releases and articles on one page, so that neither surprises the other. |
2 | spring-launch | P40 in_progress | Twelve ways to sit outside | The launch articles, each with a product that fits and one that does not. | tags:content
3 | spring-launch | T-17 done | Keyword plan for the Terrace line | What people type when they mean a folding chair. | tags:search
4 | black-friday | S-60 | One Black Friday page, same address every year | Kept alive all year, so that its reputation does not restart each November. | tags:search
5 | | T+4 in_progress | Titles that do not all say Home | 312 pages introduce themselves properly to search engines. | tags:search
6 | brazil-entry | T+45 planned | Keyword research in Brazilian Portuguese | Because nobody in São Paulo searches in Lisbon's words. | tags:search
7 | autumn-collection | S-20 | Buying guide for coats | From drizzle to minus fifteen, in one honest table. | tags:content
8 | | T-110 done | 300 thin pages merged or buried | Each one redirected, none of them missed. | tags:search
9 | circle-relaunch | T+14 in_progress | Loyalty help pages in plain words | How to earn, how to spend, how to leave. | tags:content
10 | cookieless | T-50 done | Privacy page a human can finish | Four minutes to read, checked with a stopwatch. | tags:content
11 | spring-launch | P60 blocked@24 | Product videos with captions | Nine films of one minute, understandable without sound. | owner:lucy.adeyemi;tags:video
12 | holiday-gifting | S-40 | Gift guides by budget | Under 20, under 50, and for the boss. | tags:content
13 | | T+19 planned | Structured data for every how-to | So that search engines show our steps and not somebody else's. | owner:-;tags:search
14 | summer-sale | S-25 | Category copy for the sale | Short, true, and without the word unmissable. | tags:content
15 | back-to-campus | S-35 | Checklist for a first flat without a budget | What to buy, what to borrow, what to leave at home. | tags:content
16 | | T-270 done | Twenty words IT and Marketing both use | A glossary; "campaign" took two meetings. |
17 | brand-refresh | T+26 in_progress | New tone of voice on the top fifty pages | Rewritten in order of traffic, legal pages last. | tags:content
18 | partner-summit | T+12 planned | Speaker interviews before the summit | Five questions each, the fifth about their worst launch. | tags:content
19 | | T-28 done | Search Console alerts in the team channel | We hear of a drop before the board does. | tags:search
20 | summer-loyalty | S-18 | Portraits of our regulars | Six members, six balconies, no stock photos. | tags:content
"""

_CRM = """
1 | | T-280 done | Welcome series in four mails | Hello, how it works, a gift, and then silence. | tags:email
2 | spring-launch | P68 in_progress | Launch newsletter in three segments | Gardeners, balcony owners and people who only like the pictures. | tags:email
3 | circle-relaunch | T+27 in_progress | Members moved to Circle without losing a point | 410,000 accounts, two rehearsals, one night. | milestone;owner:chloe.dubois
4 | cookieless | T-155 done | Double opt-in in every country | Even in the two that were sure they had it. | tags:privacy
5 | black-friday | S-7 | Send plan for the loudest week in the inbox | Who gets what, and who is left in peace. | tags:email
6 | summer-loyalty | S-10 | Double points announced to members | The mail, the app message and the poster at the till on one morning. | milestone
7 | | T-11 done | Unsubscribe in one click, honestly | No survey, no second thoughts, no sad dog. | tags:email;tags:privacy
8 | spring-launch | T-48 done | Waiting list for launch products | 9,200 people asked to be told first. | tags:email
9 | summer-sale | S-9 | Early access for members | One day ahead of everybody else, with a link that works once. | tags:email
10 | holiday-gifting | S-15 | Reminders of the last order date | By country, by carrier, by degree of panic. | tags:email
11 | brazil-entry | T+50 planned | WhatsApp opt-in for Brazil | Where an e-mail is what your bank sends you. |
12 | cookieless | T+1 in_progress | Wording of the preference centre | Six switches that say what they do. | tags:privacy
13 | | T-195 done | 40,000 bounced addresses laid to rest | The list is shorter, the open rate is real. | tags:email
14 | autumn-collection | S-8 | Back-in-stock mails for coats | Sent once, in the right size. | tags:email
15 | spring-launch | P90 planned | Cart reminders with launch products | One after a day, none after a purchase. | tags:email
16 | partner-summit | T+6 in_progress | Summit invitations without guilt | And a second reminder that does not begin with "just". | tags:email
17 | | T-70 done | Birthday mail that arrives on the birthday | Time zones were the present. | tags:email
18 | back-to-campus | S-12 | Student segment, freely joined | Proof of study stays with IT, the segment holds a yes or a no. | tags:privacy
19 | brand-refresh | T+38 planned | E-mail templates in the new look | Tested in 31 mail programs, including the one from 2007. | tags:email
20 | | - planned | Text messages, the great debate | Everybody has an opinion; nobody has a budget yet. | owner:-
"""

_GROWTH = """
1 | | T-260 done | One media plan on one page | All countries, all channels, one currency. |
2 | spring-launch | P50 in_progress | Media plan for Spring Launch signed | Both budget holders have it on their desks. | milestone;owner:devon.carter
3 | spring-launch | S+0 planned | Spring Launch day | Shops, shop windows, site and inboxes at nine in the morning. | milestone;owner:lena.hoffmann
4 | black-friday | S-21 | Doorbuster prices and quantities | Who may know them before the day is a short list. | visible:growth,crm,data,apps
5 | partner-summit | T+13 in_progress | Partner Summit doors open | 180 partners, two stages, one coffee bar that must not fail. | milestone;owner:zoe.papadakis
6 | partner-summit | T-24 done | Summit venue signed | The one with daylight and a loading dock. | tags:events
7 | brazil-entry | T-80 done | First twenty partner shops in São Paulo | Each visited twice, once in the rain. | milestone
8 | summer-sale | S-14 | Paid search budget with a ceiling | It stops by itself, also on a Sunday. | tags:media
9 | cookieless | T+31 in_progress | Conversion reporting without cookies | Fewer numbers, and ones that add up. | tags:media
10 | autumn-collection | S-16 | Boxes for thirty makers | People who sew, cook and repair, with a thank-you card and no script. |
11 | | T-145 done | Agency scorecard everyone can read | Five lines a quarter, agreed with the agencies. |
12 | summer-loyalty | S-5 | Shop event kit, two parasols included | Fits into one van and one manual page. | tags:events
13 | holiday-gifting | S-12 | Pop-up shop at the Christmas market | Eleven days, three square metres, mulled something. | tags:events
14 | | T-38 done | Link builder that forbids creativity | No more campaigns called test2-NEW. | tags:media
15 | back-to-campus | S-6 | Campus tour packed for eight stops | Two vans, sixteen students, one playlist. | milestone
16 | spring-launch | T+15 at_risk@11 | Press preview on the roof terrace | Forty journalists, thirty chairs, one weather forecast. | tags:events;owner:emily.sorensen
17 | circle-relaunch | T+22 in_progress | Referral offer with a limit Finance accepts | Friends bring friends, bots bring nobody. |
18 | brazil-entry | T+70 planned | Brazil shop opens | The first order should come from somebody we do not know. | milestone;owner:paulo.nogueira
19 | | T-120 dropped | Showroom in the metaverse | A chair nobody can sit on. |
20 | | T-165 done | Influencer contracts in one template | Legal wrote it, makers understand it. |
"""

_WEB = """
1 | cookieless | T-310 done | Tag manager moved to our own domain | One container instead of four, with an owner for every tag. | tags:privacy
2 | black-friday | S-45 | Load test at ten times the usual crowd | On a copy of the shop, at night, with snacks. | tags:performance
3 | spring-launch | P70 blocked@0 | Launch pages in six languages | Texts flow from the content hub to the page without anybody pasting. | owner:katarzyna.nowak;tags:frontend
4 | brand-refresh | T+24 in_progress | Design tokens for the new look | Change the green once, see it everywhere. | owner:priya.subramanian;tags:frontend
5 | | T-342 done | The carousel nobody admits to owning, retired | 1.2 percent of visitors ever saw the second slide. | tags:frontend
6 | circle-relaunch | T+8 in_progress | Member dashboard behind one sign-in | Points, receipts and returns without a second password. | tags:frontend
7 | spring-launch | T-33 done | Landing page template for Spring Launch | Editors assemble pages from nine parts, without a ticket. | tags:frontend
8 | summer-sale | S-21 | Countdown that survives time zones | Ends at midnight, where the customer is. | tags:frontend
9 | holiday-gifting | S-30 | Gift finder for people who forgot | Delivery date first, taste second. | tags:frontend
10 | | T-205 done | Image upload that refuses 14 MB banners | And says, kindly, how to make them smaller. | tags:performance
11 | cookieless | T+10 in_progress | Consent banner | Saying no takes as many clicks as saying yes: one. | owner:priya.subramanian;tags:privacy
12 | spring-launch | S-6 in_progress | Product finder on the launch pages | Four questions lead from "I have a balcony" to three products that fit on it. | owner:bo.lindqvist;tags:frontend
13 | brazil-entry | T+40 planned | Checkout in Portuguese with Pix | The payment method nine of ten customers ask for first. | tags:payments
14 | back-to-campus | S-18 | Student discount in the checkout | Verified in seconds, without uploading a passport. | tags:payments
15 | spring-launch | P50 at_risk@13 | Pages in two seconds, also on a train | Measured on a mid-range phone between Berlin and Hanover. | owner:theo.brandt;tags:performance
16 | | T-2 late | Redirects for 4,000 old addresses | Every link in an old catalogue leads somewhere sensible. |
17 | autumn-collection | S-25 | Lookbook with photos one can shop from | Tap the coat, get the coat. | tags:frontend
18 | spring-launch | S+2 planned | Click and collect for launch products | Order at lunch, pick up on the way home. | owner:grace.njoroge;tags:payments
19 | black-friday | S-10 | Change freeze nobody argues about | From here on only fixes, agreed by both sides in advance. | milestone
20 | | - planned | Dark mode, again | Asked for at every offsite since anyone can remember. | owner:-
"""

_DATA = """
1 | | T-325 done | One definition of an active customer | Signed by Finance, Marketing and the warehouse itself. |
2 | cookieless | T-140 done | Top ten events measured on our own servers | The numbers no longer depend on the browser's mood. | tags:privacy
3 | black-friday | S-14 | Hourly sales board for the war room | One screen, three numbers, no pie chart. | tags:dashboard
4 | spring-launch | P55 in_progress | Spring Launch dashboard without a login maze | Both sides see the same figure at the same minute. | owner:felipe.rocha;tags:dashboard
5 | circle-relaunch | T+13 at_risk@21 | Points ledger reconciled to the last point | Twelve years of loyalty in three systems should give one sum. |
6 | brazil-entry | T+55 planned | Brazilian sales in the warehouse | In reais and in euros, by the rate of the day. |
7 | | T-12 done | Duplicate leads merged before breakfast | Sales calls each person once. |
8 | summer-loyalty | S-20 | Double points forecast Finance believes | With the range printed next to the number. |
9 | spring-launch | P85 planned | Launch forecast by region and shop | How many chairs to send to Lyon. |
10 | partner-summit | T+7 in_progress | Guest list joined with account data | The greeting at the door knows who is a customer. |
11 | autumn-collection | S-12 | Basket analysis of coats that sell scarves | And of scarves that sell nothing. |
12 | cookieless | T+28 in_progress | First-party audiences replace bought segments | What people told us, with their consent, and nothing else. | milestone;tags:privacy
13 | | T-250 done | Campaign names a robot can read | Country, season, channel, in that order, forever. |
14 | spring-launch | T-20 done | Attribution model everybody signed | Nobody got all they wanted, so it is probably fair. | owner:hye-jin.park
15 | | T-6 late | Monthly report replaced by the board | 64 slides, read by three people, one of whom wrote them. | tags:dashboard
16 | holiday-gifting | S-20 | Alert when a gift set runs out | Before the ad for it runs, not after. |
17 | | - planned | Customer lifetime value, version three | Version two predicted a customer would live to 140. |
18 | summer-sale | S-15 | Markdown simulator for category leads | Try a price on last year before trying it on customers. |
19 | brand-refresh | T-88 done | Brand survey piped in weekly | So that the refresh is judged by numbers, too. |
20 | black-friday | S-3 | Debrief template written before the storm | Empty tables now, no excuses later. | tags:dashboard
"""

_SECURITY = """
1 | | T-335 done | Second factor for every marketing tool | 43 tools, two of which nobody knew we paid for. |
2 | cookieless | T-120 done | Map of what we collect and why | Where there was no why, we stopped. | tags:privacy
3 | partner-summit | T+9 in_progress | Guest Wi-Fi that is not our Wi-Fi | Partners get the internet, not the printers. |
4 | black-friday | S-28 | Bots kept out of the doorbuster hour | Bargains are for people with thumbs. |
5 | spring-launch | T+6 in_progress | Penetration test of the product finder | Four questions, and what happens when somebody answers with a script. | owner:dmitri.volkov
6 | brazil-entry | T+21 blocked@17 | LGPD assessment for the Brazil shop | Brazil's privacy law, read by people who like reading it. | owner:leila.haddad;tags:privacy
7 | | T-230 done | Shared agency passwords retired | Including the one on the whiteboard. |
8 | circle-relaunch | T+35 in_progress | Fraud rules for point transfers | What we look for is better not announced. | visible:security,data,apps;owner:arjun.nair
9 | | T-15 done | Vendor reviews within ten working days | From request to answer, with a no that explains itself. | milestone
10 | | T+16 in_progress | Single sign-on for the social scheduler | Whoever leaves the team also leaves the feed. |
11 | spring-launch | T-75 done | Security review of the quiz vendor | Passed, after they moved their backups home. | owner:noah.fischer
12 | summer-sale | S-30 | Guessing of discount codes made pointless | SUMMER10 has been found out. |
13 | | T+3 in_progress | Phishing drill with a fake invoice | From an agency that does not exist, about a shoot that never was. | visible:security
14 | spring-launch | P65 on_hold@30 | Signed links for the press kit | Embargoed pictures open only for those who were invited. | owner:beatriz.costa
15 | holiday-gifting | S-35 | Watch on gift card draining | Somebody buys 400 cards at three in the morning: ask. |
16 | | T-60 done | Offboarding that reaches the forgotten tools | The last login of a former colleague is now on their last day. |
17 | back-to-campus | S-40 | Student data kept apart and not for long | Deleted when term starts, provably. | tags:privacy
18 | | T+48 planned | Runbook for a leaked media plan | Who calls whom, in which order, with which words. | visible:security,growth
19 | cookieless | T-40 done | Consent log an auditor can read | Who agreed to what and when, without a data scientist. | tags:privacy
20 | | T-150 dropped | Encrypted USB sticks for the press | A secure way to hand out something nobody can plug in. |
"""

_APPS = """
1 | | T-318 done | One request form instead of five inboxes | Five questions, one queue, an answer in a week. |
2 | spring-launch | T-5 late | Launch price list in the ERP | 48 products, nine currencies, one decimal point each. | owner:sean.oconnell
3 | circle-relaunch | T+12 in_progress | New loyalty engine in production | Runs silently beside the old one until both agree for a week. | milestone;owner:renata.alves
4 | summer-loyalty | S-25 | Double points switch with an off button | The off button is the feature. |
5 | brazil-entry | T+62 planned | Invoices the Brazilian tax office accepts | 14 fields, each with its own ministry. | tags:payments
6 | black-friday | S-20 | Order queue that bends and does not break | Late is fine, lost is not. | tags:performance
7 | | T-215 done | Holidays of both departments in one calendar | No more launches on Diwali or Whit Monday. |
8 | spring-launch | P75 planned | Stock on the launch pages every five minutes | Nobody orders the chair that left an hour ago. | owner:anja.keller
9 | partner-summit | T+2 in_progress | Badges printed from the registration list | Umlauts, cedillas and apostrophes included. |
10 | holiday-gifting | S-28 | Gift wrapping as a line of the order | So that the warehouse sees it before the tape does. |
11 | | T-100 done | Register of marketing tools and contracts | What we have, who owns it, when it renews. |
12 | | T-25 done | Picture library connected to the shop | Approved photos appear by themselves, expired ones leave. |
13 | spring-launch | T-4 done@0 | Terrace line live in the product database | All 48 products with measures, materials and care. | milestone;owner:sean.oconnell
14 | brand-refresh | T+18 in_progress | E-mail signatures for 1,200 people | In one night, without anybody's motto. |
15 | back-to-campus | S-22 | Campus pick-up points in the order system | Including the one inside a library. |
16 | autumn-collection | S-30 | Size charts as data and not as pictures | So that the site, the app and the screen reader agree. |
17 | | T+30 in_progress | New terms for the marketing cloud | What we pay now, and what we will say in the meeting. | visible:apps;owner:deepa.krishnan
18 | cookieless | T-170 done | Preference centre in step with the CRM | A no on the site is a no everywhere within a minute. | tags:privacy
19 | | - on_hold@70 | Fax number on the contact page replaced | Two customers still use it, and they answer surveys. | owner:-
20 | | T-75 dropped | Chat bot for expense reports | It asked better questions than it answered. |
"""

PREFIXES: Mapping[str, str] = {
    "brand": "BRD",
    "seo": "SEO",
    "crm": "CRM",
    "growth": "GRO",
    "web": "WEB",
    "data": "DAT",
    "security": "SEC",
    "apps": "APP",
}

_LINES = {
    "brand": _BRAND,
    "seo": _SEO,
    "crm": _CRM,
    "growth": _GROWTH,
    "web": _WEB,
    "data": _DATA,
    "security": _SECURITY,
    "apps": _APPS,
}


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """A parsed line. `owner` is the local part of an e-mail, "-" for none, "" to draw one at random."""

    key: str
    team: str
    campaign: str
    due: str
    goal_status: str
    goal_days: int | None
    title: str
    summary: str
    milestone: bool
    owner: str
    visible_to: tuple[str, ...]
    tags: tuple[str, ...]

    @property
    def url(self) -> str:
        return f"https://example.com/{self.team}/{self.key.lower()}"


def _parse_spec(team: str, line: str) -> ItemSpec:
    number, campaign, when, title, summary, extras = (cell.strip() for cell in line.split("|"))
    due, _, fate = when.partition(" ")
    fate, _, days = fate.partition("@")
    words = [word for word in extras.split(";") if word]
    named = [word.partition(":")[::2] for word in words]
    visible = next((value for name, value in named if name == "visible"), "")
    return ItemSpec(
        key=f"{PREFIXES[team]}-{number}",
        team=team,
        campaign=campaign,
        due=due,
        goal_status=fate,
        goal_days=int(days) if days else None,
        title=title,
        summary=summary,
        milestone="milestone" in words,
        owner=next((value for name, value in named if name == "owner"), ""),
        visible_to=tuple(visible.split(",")) if visible else (),
        tags=tuple(value for name, value in named if name == "tags"),
    )


ITEM_SPECS = tuple(_parse_spec(team, line) for team, lines in _LINES.items() for line in lines.strip().splitlines())
