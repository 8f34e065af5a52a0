"""What a limit is, and who counts as one caller. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from math import ceil

IPV6_PREFIX = 64  # bits: a home or a phone gets a whole /64 and may use any address of it


@dataclass(frozen=True)
class Limit:
    """`most` tries in a span of `per` that begins with the first one; then it begins anew."""

    purpose: str
    most: int
    per: timedelta

    def wait(self, since: datetime, at: datetime) -> int:
        """Seconds until the span that began at `since` is over; at least one."""
        return max(1, ceil((since + self.per - at).total_seconds()))


def caller_of(address: str | None) -> str:
    """ "203.0.113.7" → itself, "2001:db8:1:2:3::4" → "2001:db8:1:2::/64", an IPv4 inside IPv6 → the IPv4.

    Anything unreadable is one caller together: whoever hides the address does not escape the count.
    """
    try:
        known = ip_address((address or "").strip())
    except ValueError:
        return "unknown"
    if not isinstance(known, IPv6Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    network = int(known) >> (128 - IPV6_PREFIX) << (128 - IPV6_PREFIX)
    return f"{IPv6Address(network)}/{IPV6_PREFIX}"
