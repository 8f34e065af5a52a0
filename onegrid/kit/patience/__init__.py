"""How long a peer is waited for in all: a socket's own timeout begins anew with each byte that drips in."""

from onegrid.kit.patience.ending import Patience

__all__ = ["Patience"]
