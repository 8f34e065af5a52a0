"""Formulas of indicators: names, numbers, + - * / and brackets, nothing else. Pure; exact fractions."""

import ast
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache

LENGTH_MOST = 200  # characters of a formula


class BadFormula(Exception):
    """The formula says something that is not arithmetic over counters; `what` is the piece."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@lru_cache(maxsize=500)
def parsed(formula: str) -> ast.expr:
    """The tree of a formula in which nothing but arithmetic stands. Raises BadFormula."""
    if len(formula) > LENGTH_MOST:
        raise BadFormula(formula[:20])
    try:
        tree = ast.parse(formula.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise BadFormula(formula) from None
    _check(tree)
    return tree


def _check(node: ast.expr) -> None:
    match node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right=right):
            _check(left)
            _check(right)
        case ast.Name():
            pass
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            if abs(value) > 1_000_000_000:
                raise BadFormula(ast.unparse(node))
        case _:
            raise BadFormula(ast.unparse(node))


def names_in(formula: str) -> list[str]:
    """The counters a formula asks for, in its order, each once."""
    return list(dict.fromkeys(_names(parsed(formula))))


def _names(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.BinOp):
        yield from _names(node.left)
        yield from _names(node.right)


def value_of(formula: str, counters: Mapping[str, int]) -> Fraction | None:
    """The value, or None: a denominator is zero (that is neither 0 nor 100 %), or a counter is not kept."""
    return _value(parsed(formula), counters)


def _value(node: ast.expr, counters: Mapping[str, int]) -> Fraction | None:
    if isinstance(node, ast.Name):
        found = counters.get(node.id)
        return None if found is None else Fraction(found)
    if isinstance(node, ast.Constant):
        return Fraction(str(node.value))
    assert isinstance(node, ast.BinOp)
    left, right = _value(node.left, counters), _value(node.right, counters)
    if left is None or right is None:
        return None
    match node.op:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
    return left / right if right else None


def fraction_of(formula: str, counters: Mapping[str, int]) -> tuple[Fraction, Fraction] | None:
    """(above, below) of a formula that is one division, to be shown beside the rate; None for any other."""
    tree = parsed(formula)
    if not (isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Div)):
        return None
    above, below = _value(tree.left, counters), _value(tree.right, counters)
    return None if above is None or below is None else (above, below)
