"""The commands that pages name: `onegrid …` and `make …` in code, as a shell would read them."""

import re
import shlex
from collections.abc import Iterator
from typing import Any

import typer

from onegrid import console

CODE = re.compile(r"^[ ]*```[a-z]*\n(.*?)^[ ]*```", re.S | re.M)
SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)", re.S)
ASSIGNMENT = re.compile(r"[A-Z_0-9]+=")
IN_FRONT = {"sudo", "exec", "nice", "export", "$", "#"}


def of(text: str) -> Iterator[list[str]]:
    """The words of every command of ours in a page's code, from `onegrid` or `make` on."""
    blocks = [found.group(1) for found in CODE.finditer(text)]
    spans = [" ".join(found.group(1).split()) for found in SPAN.finditer(CODE.sub("", text))]
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    for line in [*lines, *spans]:
        for piece in re.split(r"\s&&\s|;\s|\s\|\s|\s#", line):
            words = split(piece)
            while words and (words[0] in IN_FRONT or ASSIGNMENT.match(words[0])):
                words = words[1:]
            if words and words[0].rpartition("/")[2] in ("onegrid", "make"):
                yield [words[0].rpartition("/")[2], *words[1:]]


def split(piece: str) -> list[str]:
    try:
        return shlex.split(piece, posix=True)
    except ValueError:  # a quote that the next line closes
        return piece.split()


def tree() -> Any:
    """The command `onegrid` with everything below it, as typer made it."""
    if not console.app.registered_groups:
        console.mount_groups()
    return typer.main.get_command(console.app)


def trouble(words: list[str], top: Any, targets: set[str]) -> str:
    """What is wrong with a command as it is named; "" for nothing. Placeholders are in capitals or are `…`."""
    if words[0] == "make":
        goals = [word for word in words[1:] if "=" not in word and not word.startswith(("-", "…"))]
        return next((f"make has no {goal}" for goal in goals if goal not in targets), "")
    return _unknown(words[1:], top, "onegrid")


def _unknown(words: list[str], command: Any, name: str) -> str:
    if hasattr(command, "commands"):
        if not words or words[0] in ("…", "--help") or words[0].isupper() or words[0][0] == "<":
            return ""
        for one in words[0].rstrip(",").split("|"):
            below = command.get_command(None, one)
            if below is None:
                return f"{name} has no {one}"
            if found := _unknown(words[1:], below, f"{name} {one}"):
                return found
        return ""
    if command.context_settings.get("ignore_unknown_options"):
        return ""
    known = {option for param in command.params for option in (*param.opts, *param.secondary_opts)} | {
        "--help"
    }
    given = [re.split("[=|,]", word.strip("[]"))[0] for word in words if word.strip("[").startswith("--")]
    return next((f"{name} has no {option}" for option in given if option not in known), "")
