"""The settings of the Slack adapter."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import SplitResult

from integrations.plain.addresses import LOOPBACK, parse_url

PLATFORM = "slack"
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"  # where Slack sends the installer back to

# Hosts of files uploaded to Slack: https://docs.slack.dev/reference/objects/file-object
FILE_HOSTS = (".slack.com", ".slack-gov.com")
# Hosts of response URLs: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
RESPONSE_HOSTS = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})


@dataclass(frozen=True)
class SlackConfig:
    """The settings of one Slack app: `bot_token` for one workspace, `client_id` and its secret for several.

    `app_token` enables Socket Mode. `command` is the slash command. `ca_file` contains the organisation's own
    certificate authorities. Secrets are left out of the repr.
    """

    bot_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    allowed_teams: frozenset[str] = frozenset()
    api_url: str = "https://slack.com/api/"
    command: str = "/handshake"
    ca_file: str = ""

    @property
    def is_multi_workspace(self) -> bool:
        """True when workspaces install the app by OAuth."""
        return bool(self.client_id)

    def is_file_host(self, address: str) -> bool:
        """Whether our token may be sent to *address*: the URL of an external file may point anywhere."""
        parts, ours = parse_url(address), parse_url(self.api_url)
        if parts is None or ours is None:
            return False
        if (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc):
            return True
        return _is_https(parts) and (parts.hostname or "").endswith(FILE_HOSTS)

    def is_response_url(self, address: str) -> bool:
        """Whether a reply may be posted to *address*: at Slack, or at the simulator that `api_url` names."""
        parts, ours = parse_url(address), parse_url(self.api_url)
        if parts is None or ours is None:
            return False
        host = parts.hostname or ""
        if host == ours.hostname:
            return parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
        return _is_https(parts) and host in RESPONSE_HOSTS


def _is_https(parts: SplitResult) -> bool:
    return parts.scheme == "https" and parts.port in (None, 443)
