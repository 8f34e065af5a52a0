"""Connecting outside systems, handing matters over, taking what comes back."""

from onegrid.exchange.connectors.actions.asking import ask_about, ask_silent, try_system
from onegrid.exchange.connectors.actions.following import follow_cases
from onegrid.exchange.connectors.actions.keeping import forget, retry_left_behind
from onegrid.exchange.connectors.actions.receiving import Answer, receive
from onegrid.exchange.connectors.actions.registering import (
    Registered,
    change_system,
    keep_words_here,
    register_system,
    rotate_secret,
    switch_system,
)
from onegrid.exchange.connectors.actions.sending import run_errand, send_again

__all__ = [
    "Answer",
    "Registered",
    "ask_about",
    "ask_silent",
    "change_system",
    "follow_cases",
    "forget",
    "keep_words_here",
    "receive",
    "register_system",
    "retry_left_behind",
    "rotate_secret",
    "run_errand",
    "send_again",
    "switch_system",
    "try_system",
]
