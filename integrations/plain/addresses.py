"""Where a request came from (this machine, a proxy on it, or elsewhere), and the parts of a URL. Pure."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
IPV6_NETWORK_BITS = 64  # one subscriber has all addresses of such a network

# Any of these means that the connection is a proxy's, whoever sent the request.
FORWARDED_HEADERS = (
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-forwarded-server",
    "x-real-ip",
    "x-envoy-external-address",
    "cf-connecting-ip",
    "true-client-ip",
)


def is_local(peer: str, headers: Mapping[str, str], http_version: str) -> bool:
    """True if a program on this machine sent the request, which *peer* alone does not prove: it may be a proxy's.

    A proxy is known by its headers; one that adds none by the name that the client asked for, or by the old version
    in which nginx speaks unless told otherwise.
    """
    forwarded = any(name in headers for name in FORWARDED_HEADERS) or http_version == "1.0"
    return peer in LOOPBACK and not forwarded and is_loopback_name(headers.get("host", ""))


def is_loopback_name(host: str) -> bool:
    """True for the value of a Host header that names this machine."""
    try:
        return (urlsplit(f"//{host}").hostname or "") in LOOPBACK
    except ValueError:
        return False


_HOST_AND_PORT = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")


def parse_url(address: str) -> SplitResult | None:
    """The parts of *address*; None if it has no plain host, so that two programs may read it differently."""
    if "\\" in address or not address.isprintable():
        return None
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts if _HOST_AND_PORT.fullmatch(parts.netloc) else None


def subscriber(address: str) -> str:
    """The address or, for IPv6, the network of whoever has *address*; other texts unchanged."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((int(parsed), IPV6_NETWORK_BITS), strict=False))
