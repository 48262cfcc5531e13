"""The settings of the Teams adapter, and which hosts they allow."""

from __future__ import annotations

from dataclasses import dataclass, field

from integrations.plain.addresses import LOOPBACK, parse_url

PLATFORM = "teams"
PUBLIC_METADATA = "https://login.botframework.com/v1/.well-known/openidconfiguration"
PUBLIC_AUTHORITY = "https://login.microsoftonline.com"

# Hosts that an activity may name as its service URL. Compared whole, never by suffix.
# https://microsoft.github.io/teams-sdk/python/essentials/app-configuration/service-url-validation
MICROSOFT_HOSTS = frozenset(
    {
        "smba.trafficmanager.net",
        "smba.onyx.prod.teams.trafficmanager.net",
        "smba.infra.gcc.teams.microsoft.com",
        "smba.infra.gov.teams.microsoft.us",
        "smba.infra.dod.teams.microsoft.us",
        "frontend.botapi.msg.infra.teams.microsoftonline.cn",
    }
)

# Files dropped into a chat are stored in the tenant's SharePoint; one suffix for each cloud.
# https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4
FILE_HOSTS = (".sharepoint.com", ".sharepoint.us", ".sharepoint-mil.us", ".sharepoint.cn")


@dataclass(frozen=True)
class TeamsConfig:
    """The settings of one Azure Bot in one tenant. `authority_url` is without the tenant.

    `service_hosts` are allowed as service URLs in addition to Microsoft's.
    """

    app_id: str = ""
    app_password: str = field(default="", repr=False)
    tenant_id: str = ""
    openid_metadata_url: str = PUBLIC_METADATA
    authority_url: str = PUBLIC_AUTHORITY
    service_hosts: frozenset[str] = frozenset()
    allow_anonymous: bool = False

    @property
    def is_public(self) -> bool:
        """True for Microsoft's public cloud, False for a sovereign one or a simulator."""
        return self.openid_metadata_url == PUBLIC_METADATA and self.authority_url.rstrip("/") == PUBLIC_AUTHORITY

    @property
    def authority(self) -> str:
        return f"{self.authority_url.rstrip('/')}/{self.tenant_id}"

    @property
    def bot_account(self) -> str:
        """The bot's own account id: https://learn.microsoft.com/azure/bot-service/bot-service-resources-identifiers-guide"""
        return f"28:{self.app_id}"

    def is_service_url(self, address: str) -> bool:
        """Whether our token may be sent to *address*, which an activity named. Loopback is only for simulators."""
        parts = parse_url(address)
        if parts is None:
            return False
        host = parts.hostname or ""
        if host in LOOPBACK and (self.allow_anonymous or self.openid_metadata_url != PUBLIC_METADATA):
            return parts.scheme == "https" or (self.allow_anonymous and parts.scheme == "http")
        return parts.scheme == "https" and host in MICROSOFT_HOSTS | self.service_hosts

    def is_file_host(self, address: str) -> bool:
        """Whether a file dropped into a chat may be fetched from *address*, or an offered file uploaded to it."""
        parts = parse_url(address)
        if parts is None:
            return False
        host = parts.hostname or ""
        return (parts.scheme == "https" and host.endswith(FILE_HOSTS)) or (
            host in LOOPBACK and self.is_service_url(address)
        )
