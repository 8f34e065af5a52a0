"""Small components written out where they stand, when a template is compiled.

A component costs its page more than its marks do: a template looked up, a context, its attributes told apart, each
time. So `<c-badge tone="warn">…</c-badge>` becomes the text of cotton/badge.html with its words in their places
before Django reads it. The component's file stays the only description. What it asks of its attributes has to be
known beforehand: `{{ name }}`, `{% if name %}`, `{% if name == "word" %}`, a name as the argument of a simple tag.
Whatever asks for more stays a component and looks the same.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.template.base import Lexer, Token, TokenType

# What Django reads itself; tags of components are looked for outside of it.
_MASKED = re.compile(
    r"{%\s*verbatim.*?{%\s*endverbatim.*?%}|{%\s*comment.*?{%\s*endcomment\s*%}|{#.*?#}|{{.*?}}|{%.*?%}",
    re.DOTALL,
)
_MASK = re.compile("\ue000(\\d+)\ue001")  # signs that no text has
_TAG = re.compile(
    r"<(/?)c-([^\s/>]+)((?:\s+[^\s/>\"'=<>`]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'))?)*)\s*(/?)\s*>", re.DOTALL
)
_ATTRIBUTE = re.compile(r"([^\s/>\"'=<>`]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'))?", re.DOTALL)
_ANY_TAG = re.compile(r"</?c-[^\s/>]+")
_VARS = re.compile(r"<c-vars\b(.*?)/>", re.DOTALL)
_EXPRESSION = re.compile(r"{{\s*(.+?)\s*}}", re.DOTALL)
_SYNTAX = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)
_EQUAL = re.compile(r'(\w+)\s*==\s*"([^"]*)"')
NEVER_EMPTY = ("url ", "query_with ", "translate ")  # tags that always say something
SIMPLE = {"translate", "csrf_token", "icon", "icon_url", "get_current_language"}
ONCE = ("{% block", "{% cycle")  # may not stand in a template twice, or not under a condition

Source = Callable[[str], str | None]


class _Stays(Exception):
    """This one remains a component."""


@dataclass
class _Component:
    """A tag with what stands in it: text, and further tags."""

    name: str
    attributes: str
    opening: str
    parts: list["str | _Component"] = field(default_factory=list)
    closing: str = ""


def written_out(text: str, source: Source) -> str:
    """The template with its small components written out. `source`: the text of a component's file, None when there
    is none."""
    if "<c-" not in text:
        return text
    masks: list[str] = []

    def mask(found: re.Match) -> str:
        masks.append(found[0])
        return f"\ue000{len(masks) - 1}\ue001"

    tree = _tree(_MASKED.sub(mask, text))
    if tree is None:
        return text
    return _written(tree, lambda piece: _MASK.sub(lambda found: masks[int(found[1])], piece), source)


def _tree(text: str) -> "_Component | None":
    """None when tags are not closed in their order, or one is written in a way that we do not read."""
    if len(_ANY_TAG.findall(text)) != len(_TAG.findall(text)):
        return None
    root = _Component("", "", "")
    open_ones, at = [root], 0
    for tag in _TAG.finditer(text):
        open_ones[-1].parts.append(text[at : tag.start()])
        at = tag.end()
        closes, name, attributes, alone = tag.groups()
        if closes:
            if open_ones[-1].name != name:
                return None
            open_ones.pop().closing = tag[0]
            continue
        component = _Component(name, attributes, tag[0])
        open_ones[-1].parts.append(component)
        if not alone:
            open_ones.append(component)
    root.parts.append(text[at:])
    return root if len(open_ones) == 1 else None


def _written(component: _Component, unmask: Callable[[str], str], source: Source) -> str:
    """The parts of a component, those that are components themselves written out first."""
    return "".join(
        unmask(part) if isinstance(part, str) else _one(part, unmask, source) for part in component.parts
    )


def _one(component: _Component, unmask: Callable[[str], str], source: Source) -> str:
    body = _written(component, unmask, source)
    as_it_was = f"{unmask(component.opening)}{body}{unmask(component.closing)}"
    if component.name in ("vars", "slot"):
        return as_it_was
    described = source(component.name)
    if described is None:
        return as_it_was
    try:
        given = _attributes(component.attributes, unmask)
        slots, slot = _slots(component, unmask, source)
        return written_out(_filled(described, given, slots, slot), source)
    except _Stays:
        return as_it_was


def _attributes(text: str, unmask: Callable[[str], str]) -> dict[str, str | None]:
    """Name → what stands between the quotes; None of one without a value."""
    found = {name: None if value is None else unmask(value) for name, value in _pairs(text)}
    if any(name.startswith(":") or name == "is" for name in found):  # worked out when the page is made
        raise _Stays
    return found


def _pairs(text: str) -> Iterator[tuple[str, str | None]]:
    for found in _ATTRIBUTE.finditer(text):
        yield found[1], found[2] if found[2] is not None else found[3]


def _slots(component: _Component, unmask: Callable[[str], str], source: Source) -> tuple[dict[str, str], str]:
    """What is given by name, and the rest."""
    named: dict[str, str] = {}
    rest = []
    for part in component.parts:
        if isinstance(part, str):
            rest.append(unmask(part))
        elif part.name == "slot":
            name = _attributes(part.attributes, unmask).get("name")
            content = _written(part, unmask, source)
            if not name or not content.lstrip().startswith("<"):  # whether it is empty is only known later
                raise _Stays
            named[name] = content
        else:
            rest.append(_one(part, unmask, source))
    return named, "".join(rest)


def _filled(described: str, given: dict[str, str | None], slots: dict[str, str], slot: str) -> str:
    """The component's file with what it is given in its places."""
    told = _VARS.search(described)
    names = dict(_defaults(told[1])) if told else {}
    rest = {name: value for name, value in given.items() if name not in names}
    values = {name: "True" if value is None else value for name, value in given.items() if name in names}
    values = {name: value for name, value in names.items() if value is not None} | values
    _check(values)
    _check({name: value for name, value in rest.items() if value is not None}, quotes=True)
    if any(once in text for text in (slot, *slots.values()) for once in ONCE):
        raise _Stays
    attrs = " ".join(name if value is None else f'{name}="{value}"' for name, value in rest.items())
    filling = _Filling(values, {**slots, "slot": slot, "attrs": attrs}, set(names))
    return filling.of(_VARS.sub("", described))


def _defaults(text: str) -> Iterator[tuple[str, str | None]]:
    """Of <c-vars>: those without a value have to be given; `:name="None"` is there, and empty."""
    for name, value in _pairs(text):
        if not name.startswith(":"):
            yield name, value
        elif value == "None":
            yield name[1:], ""
        else:
            raise _Stays


def _check(values: dict[str, str], *, quotes: bool = False) -> None:
    """Plain words that Django would have escaped are left to it."""
    for value in values.values():
        plain = _SYNTAX.sub("", value)
        if re.search(r"[\"]" if quotes else r"[&<>\"']", plain):
            raise _Stays


@dataclass
class _Filling:
    """`values`: attributes that the component names; `contents`: its slots, and attributes that it passes on;
    `names`: all that it may name."""

    values: dict[str, str]
    contents: dict[str, str]
    names: set[str]

    def of(self, described: str) -> str:
        tokens = Lexer(described).tokenize()[::-1]
        return self._until(tokens)[0]

    def _until(self, tokens: list[Token], *ends: str, skip: bool = False) -> tuple[str, str]:
        """What comes before one of these tags, and that tag."""
        pieces: list[str] = []
        while tokens:
            token = tokens.pop()
            if token.token_type == TokenType.BLOCK:
                word = token.contents.split(None, 1)[0]
                if word in ends:
                    return "".join(pieces), token.contents
                if word == "if":
                    pieces.append(self._if(token.contents[2:].strip(), tokens, skip))
                elif not skip:
                    pieces.append(self._tag(token, word))
            elif skip or token.token_type == TokenType.COMMENT:
                continue
            elif token.token_type == TokenType.VAR:
                pieces.append(self._value(token.contents))
            else:
                pieces.append(token.contents)
        if ends:
            raise _Stays
        return "".join(pieces), ""

    def _if(self, condition: str, tokens: list[Token], skip: bool) -> str:
        decided = False if skip else self._holds(condition)
        if isinstance(decided, str):
            yes, end = self._until(tokens, "elif", "else", "endif")
            if end.startswith("elif"):
                raise _Stays
            no = self._until(tokens, "endif")[0] if end == "else" else ""
            return f"{{% if {decided} %}}{yes}{{% else %}}{no}{{% endif %}}"
        text, end = self._until(tokens, "elif", "else", "endif", skip=not decided)
        while end != "endif":
            if end.startswith("elif"):
                holds = False if skip or decided else self._holds(end[4:].strip())
                if isinstance(holds, str):
                    raise _Stays
            else:
                holds = not decided and not skip
            piece, end = self._until(tokens, "elif", "else", "endif", skip=not holds)
            text, decided = text + piece, decided or holds
        return text

    def _holds(self, condition: str) -> bool | str:
        """Whether it holds, or the condition that says so when the page is made."""
        if " or " in condition:
            each = [self._holds(one.strip()) for one in condition.split(" or ")]
            if any(isinstance(one, str) for one in each):
                raise _Stays
            return any(each)
        if equal := _EQUAL.fullmatch(condition):
            value = self._given(equal[1])
            if _SYNTAX.search(value):
                raise _Stays
            return value == equal[2]
        if condition in self.contents:
            content = self.contents[condition].strip()
            if content and not content.startswith("<") and condition != "attrs":
                raise _Stays
            return bool(content)
        value = self._given(condition)
        pieces = _SYNTAX.findall(value)
        tags = [piece[2:].strip() for piece in pieces if piece.startswith("{%")]
        if any(not tag.startswith(NEVER_EMPTY) for tag in tags):  # words under a condition may be none
            raise _Stays
        if tags or _SYNTAX.sub("", value):
            return True
        if not pieces:
            return False
        if len(pieces) == 1 and (expression := _EXPRESSION.fullmatch(value)):
            return f"{expression[1]}|given"
        raise _Stays

    def _given(self, name: str) -> str:
        if name in self.values:
            return self.values[name]
        if name in self.names:  # neither given nor with a default
            return ""
        raise _Stays

    def _value(self, name: str) -> str:
        if name in self.contents:
            return self.contents[name]
        return self._given(name)

    def _tag(self, token: Token, word: str) -> str:
        """A simple tag, with attributes in the place of their names."""
        if word not in SIMPLE:
            raise _Stays
        bits = []
        for bit in token.split_contents():
            if bit in self.names:
                value = self._given(bit)
                if not _SYNTAX.search(value):
                    bit = f'"{value}"'
                elif expression := _EXPRESSION.fullmatch(value):
                    bit = expression[1]
                else:
                    raise _Stays
            elif bit in self.contents:
                raise _Stays
            bits.append(bit)
        return f"{{% {' '.join(bits)} %}}"
