"""What the Teams door is told at the start."""

from __future__ import annotations

from dataclasses import dataclass, field

PUBLIC_METADATA = "https://login.botframework.com/v1/.well-known/openidconfiguration"
PUBLIC_AUTHORITY = "https://login.microsoftonline.com"


@dataclass(frozen=True)
class TeamsConfig:
    """The settings of one Azure Bot in one tenant. `authority_url` is without the tenant.

    `service_hosts` adds to the hosts of Microsoft that a message may name as its way back.
    """

    app_id: str = ""
    app_password: str = field(default="", repr=False)
    tenant_id: str = ""
    openid_metadata_url: str = PUBLIC_METADATA
    authority_url: str = PUBLIC_AUTHORITY
    service_hosts: frozenset[str] = frozenset()
    allow_anonymous: bool = False
