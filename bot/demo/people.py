"""The people of the sample company: two sides, eight teams, sixty invented names."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from storage.values.company import Permission, Side, Team

TEAMS = (
    Team("brand", "Brand & Creative", Side.MARKETING, ("creative", "design studio")),
    Team("seo", "Content & SEO", Side.MARKETING, ("content", "search team")),
    Team("crm", "CRM & Lifecycle", Side.MARKETING, ("lifecycle", "e-mail team")),
    Team("growth", "Growth & Events", Side.MARKETING, ("events", "paid media")),
    Team("web", "Web Platform", Side.IT, ("web team", "website team")),
    Team("data", "Data & Analytics", Side.IT, ("analytics", "BI")),
    Team("security", "IT Security", Side.IT, ("infosec", "secops")),
    Team("apps", "Business Applications", Side.IT, ("business apps", "enterprise apps")),
)

ZONE_OF_CITY = {
    "Berlin": "Europe/Berlin",
    "Munich": "Europe/Berlin",
    "London": "Europe/London",
    "Lisbon": "Europe/Lisbon",
    "New York": "America/New_York",
    "Chicago": "America/Chicago",
    "São Paulo": "America/Sao_Paulo",
    "Bengaluru": "Asia/Kolkata",
    "Pune": "Asia/Kolkata",
    "Dubai": "Asia/Dubai",
}

# team | name | role | permission | city | skills offered | skills wanted | diet
_STAFF = """
brand | Helena Marsh | Chief marketing officer | publisher | New York | storytelling;budgeting | data architecture;release planning |
brand | Nia Okafor | Chief of staff to the CMO | contributor | London | facilitation;planning | reading dashboards | vegetarian
brand | Tomás Ribeiro | Head of Brand & Creative | contributor | São Paulo | art direction;briefing agencies | accessibility |
brand | Mei-Ling Chow | Art director | contributor | Dubai | photography;layout | web performance |
brand | Jonas Weber | Copy lead | contributor | Berlin | plain writing;naming | prompt writing;APIs |
brand | Aaliyah Brooks | Motion designer | contributor | New York | animation;video | frontend basics |
brand | Clara Nyström | Creative producer | contributor | Berlin | production planning;vendor handling | SQL |
brand | Ravi Deshpande | Brand designer | viewer | Pune | icon design;type | design tokens | vegetarian
seo | Sofia Lindgren | Head of Content & SEO | publisher | Berlin | editorial planning;search strategy | log analysis |
seo | Daniel Kim | SEO lead | contributor | Chicago | technical SEO;site audits | server configuration |
seo | Fatima Benali | Content strategist | contributor | London | interviewing;content models | data modelling |
seo | Owen Gallagher | Technical writer | contributor | London | documentation;plain writing | version control |
seo | Bruno Carvalho | Content editor, Portuguese | contributor | São Paulo | editing;localisation | content APIs |
seo | Lucy Adeyemi | Video editor | contributor | New York | video;captions | accessibility |
seo | Ananya Iyer | SEO analyst | viewer | Bengaluru | keyword research;spreadsheets | SQL;Python |
crm | Marcus Hale | Head of CRM & Lifecycle | contributor | Chicago | segmentation;testing | data contracts |
crm | Ines Ferreira | Marketing technologist | contributor | Lisbon | integrations;tool selection | threat modelling |
crm | Yuki Tanaka | E-mail marketing manager | contributor | Dubai | e-mail;testing | API basics | no shellfish
crm | Chloe Dubois | Loyalty programme manager | contributor | London | loyalty economics;member research | fraud detection |
crm | Andre Silva | CRM specialist | contributor | São Paulo | campaign automation;segmentation | SQL |
crm | Sanjay Kulkarni | Lifecycle analyst | contributor | Pune | cohort analysis;spreadsheets | machine learning | vegetarian, no egg
crm | Hannah Vogel | E-mail designer | viewer | Munich | e-mail design | design tokens |
growth | Gabriel Moreau | Head of Growth & Events | publisher | London | media planning;negotiation | observability |
growth | Lena Hoffmann | Campaign manager | contributor | Berlin | campaign planning;briefing agencies | release planning;reading dashboards |
growth | Zoe Papadakis | Events manager | contributor | Berlin | events;vendor handling | identity basics | nut allergy
growth | Devon Carter | Paid media manager | contributor | New York | paid search;budgeting | attribution;SQL |
growth | Isha Menon | Social media manager | contributor | Bengaluru | social media;community | moderation tooling |
growth | Paulo Nogueira | Regional marketing manager, Brazil | contributor | São Paulo | market entry;localisation | payments |
growth | Emily Sorensen | Partnership manager | contributor | Chicago | negotiation;partnerships | contract registers |
growth | Kwame Mensah | Performance analyst | viewer | London | spreadsheets;attribution | Python |
web | Nikhil Rao | Head of Web Platform | publisher | Bengaluru | release planning;architecture | storytelling |
web | Bo Lindqvist | Frontend lead | contributor | Berlin | frontend basics;web performance | briefing agencies;type |
web | Katarzyna Nowak | Senior backend engineer | contributor | Berlin | APIs;payments | plain writing |
web | Theo Brandt | Site reliability engineer | contributor | Munich | observability;server configuration | events | gluten-free
web | Priya Subramanian | Frontend engineer | contributor | Bengaluru | design tokens;accessibility | animation |
web | Grace Njoroge | Product owner, web | contributor | London | planning;facilitation | campaign planning |
web | Samuel Ortiz | Accessibility engineer | contributor | Chicago | accessibility;captions | video |
web | Luiza Martins | QA engineer | viewer | São Paulo | testing;version control | social media |
data | Viktor Petrov | Head of Data & Analytics | contributor | Munich | data architecture;data contracts | editorial planning |
data | Amara Diallo | Data engineer | contributor | London | SQL;data modelling | photography |
data | Rohan Gupta | Analytics engineer | contributor | Pune | SQL;reading dashboards | segmentation | vegetarian
data | Julia Steiner | Data scientist | contributor | Berlin | machine learning;Python | loyalty economics |
data | Felipe Rocha | BI developer | contributor | São Paulo | reading dashboards;SQL | layout |
data | Hye-jin Park | Measurement analyst | contributor | New York | attribution;testing | media planning |
data | Oliver Grant | Data steward | viewer | Chicago | data contracts;documentation | interviewing |
security | Miriam Katz | Head of IT Security | publisher | New York | threat modelling;facilitation | negotiation | kosher
security | Dmitri Volkov | Security architect | contributor | Berlin | threat modelling;architecture | storytelling |
security | Leila Haddad | Privacy engineer | contributor | London | privacy;data contracts | plain writing | halal
security | Arjun Nair | Security analyst | contributor | Bengaluru | log analysis;fraud detection | community | vegan
security | Beatriz Costa | Identity engineer | contributor | São Paulo | identity basics;APIs | events |
security | Noah Fischer | Vendor risk analyst | contributor | Munich | contract registers;vendor handling | partnerships |
security | Tessa Wright | Awareness lead | viewer | Chicago | facilitation;training | video;naming |
apps | Robert Achterberg | Chief information officer | publisher | New York | architecture;budgeting | community;storytelling |
apps | Deepa Krishnan | Head of Business Applications | publisher | Bengaluru | release planning;vendor handling | campaign planning |
apps | Greta Sandoval | Collaboration platform owner | admin | Berlin | identity basics;training | editorial planning |
apps | Malik Johnson | CRM platform engineer | contributor | Chicago | integrations;APIs | segmentation |
apps | Anja Keller | Integration engineer | contributor | Munich | integrations;observability | photography |
apps | Renata Alves | Solution architect | contributor | São Paulo | architecture;payments | market entry |
apps | Sean O'Connell | ERP product owner | contributor | London | planning;spreadsheets | naming |
apps | Wei Zhang | Service desk lead | viewer | Dubai | training;documentation | social media |
"""


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """A person, the source of one row of people.csv."""

    team: str
    name: str
    role: str
    permission: Permission
    city: str
    offers: str
    wants: str
    diet: str

    @property
    def email(self) -> str:
        return f"{email_name(self.name)}@example.com"


def email_name(name: str) -> str:
    """The part of an e-mail before the @: "Tomás Ribeiro" -> "tomas.ribeiro"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return plain.replace("'", "").replace(" ", ".").lower()


def _parse_person(line: str) -> SamplePerson:
    team, name, role, permission, city, offers, wants, diet = (cell.strip() for cell in line.split("|"))
    return SamplePerson(team, name, role, Permission(permission), city, offers, wants, diet)


STAFF = tuple(_parse_person(line) for line in _STAFF.strip().splitlines())
SIDE_OF_TEAM: Mapping[str, Side] = {team.key: team.side for team in TEAMS}


def _first(side: Side, role: str) -> str:
    return next(person.email for person in STAFF if SIDE_OF_TEAM[person.team] is side and person.role.startswith(role))


CHIEF: Mapping[Side, str] = {
    Side.MARKETING: _first(Side.MARKETING, "Chief marketing officer"),
    Side.IT: _first(Side.IT, "Chief information officer"),
}
_HEAD = {person.team: person.email for person in STAFF if person.role.startswith("Head of")}


def manager_of(person: SamplePerson) -> str:
    """The chief for team heads and chiefs of staff, "" for a chief, the head of the team for everyone else."""
    if person.email in CHIEF.values():
        return ""
    if person.role.startswith(("Head of", "Chief of staff")):
        return CHIEF[SIDE_OF_TEAM[person.team]]
    return _HEAD[person.team]


def publishers(side: Side) -> tuple[str, ...]:
    """The e-mails of the publishers of *side*."""
    return tuple(p.email for p in STAFF if p.permission is Permission.PUBLISHER and SIDE_OF_TEAM[p.team] is side)


def item_owners(team: str) -> tuple[str, ...]:
    """The e-mails of people of *team* who may own items: contributors and publishers, except the two chiefs."""
    working = {Permission.CONTRIBUTOR, Permission.PUBLISHER}
    return tuple(p.email for p in STAFF if p.team == team and p.permission in working and p.email not in CHIEF.values())


def team_rows() -> list[dict[str, str]]:
    """The rows of teams.csv."""
    return [
        {"key": team.key, "name": team.name, "side": team.side.value, "aliases": ";".join(team.aliases)}
        for team in TEAMS
    ]


def people_rows() -> list[dict[str, str]]:
    """The rows of people.csv, without platform accounts, which the demo does not need."""
    return [
        {
            "email": person.email,
            "name": person.name,
            "team": person.team,
            "role": person.role,
            "permission": person.permission.value,
            "timezone": ZONE_OF_CITY[person.city],
            "location": person.city,
            "manager_email": manager_of(person),
            "skills_offered": person.offers,
            "skills_wanted": person.wants,
            "diet": person.diet,
            "slack_user_id": "",
            "teams_user_id": "",
        }
        for person in STAFF
    ]
