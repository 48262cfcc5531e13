"""Who may read the names of people who have not read a version. Pure."""

from __future__ import annotations

from storage.values.company import Directory, Permission, Person


def teams_with_names(person: Person, names: Directory, *, private: bool) -> frozenset[str] | None:
    """The teams whose people *person* may read by name: all (None) for publishers and admins, else theirs and those they lead.

    None at all in a reply that others read too.
    """
    if not private:
        return frozenset()
    if person.permission.covers(Permission.PUBLISHER):
        return None
    led = {team.key for team in names.teams if (lead := names.lead_of(team.key)) and lead.id == person.id}
    return frozenset({*led, *([person.team] if person.team else ())})
