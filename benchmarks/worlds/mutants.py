# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make small wrong changes to a module's code, one at a time.

Each mutant differs from the module in one place: a comparison, a condition, a sum, a number, a
refusal left out. A test that still passes does not care about that place.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

Change = Callable[[ast.AST], ast.AST | None]

_COMPARED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_COUNTED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """Be a module with one wrong change.

    Attributes:
        line: Where it is.
        what: What was changed.
        source: The whole module as it then is.
    """

    line: int
    what: str
    source: str


def _compared(node: ast.AST) -> ast.AST | None:
    """Turn a comparison round, or shift its edge by one."""
    if not isinstance(node, ast.Compare) or type(node.ops[0]) not in _COMPARED:
        return None
    node.ops[0] = _COMPARED[type(node.ops[0])]()
    return node


def _joined(node: ast.AST) -> ast.AST | None:
    """Put "and" in place of "or", and the other way round."""
    if not isinstance(node, ast.BoolOp):
        return None
    node.op = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
    return node


def _unconditional(node: ast.AST) -> ast.AST | None:
    """Take a condition for the contrary."""
    if not isinstance(node, ast.If | ast.IfExp | ast.While):
        return None
    node.test = ast.UnaryOp(op=ast.Not(), operand=node.test)
    return node


def _counted(node: ast.AST) -> ast.AST | None:
    """Reckon otherwise."""
    if not isinstance(node, ast.BinOp) or type(node.op) not in _COUNTED:
        return None
    node.op = _COUNTED[type(node.op)]()
    return node


def _one_more(node: ast.AST) -> ast.AST | None:
    """Make a number greater by one, or a truth a lie."""
    if not isinstance(node, ast.Constant):
        return None
    if isinstance(node.value, bool):
        node.value = not node.value
    elif isinstance(node.value, int):
        node.value += 1
    else:
        return None
    return node


def _unrefused(node: ast.AST) -> ast.AST | None:
    """Leave a refusal out."""
    return ast.copy_location(ast.Pass(), node) if isinstance(node, ast.Raise) else None


def _answers_nothing(node: ast.AST) -> ast.AST | None:
    """Return nothing in place of a value."""
    if not isinstance(node, ast.Return) or node.value is None:
        return None
    if isinstance(node.value, ast.Constant) and node.value.value is None:
        return None
    node.value = ast.Constant(value=None)
    return node


_CHANGES: Final[dict[str, Change]] = {
    "comparison": _compared,
    "and, or": _joined,
    "condition": _unconditional,
    "reckoning": _counted,
    "number": _one_more,
    "refusal": _unrefused,
    "answer": _answers_nothing,
}


def _is_passed_over(node: ast.AST) -> bool:
    """Tell whether nothing below a node is worth a change: types, and words for people."""
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(one, ast.Name) and one.id == "__all__" for one in targets)
    return isinstance(node, ast.Import | ast.ImportFrom)


def _places(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the place of each node, in the order of walking, with each change that it takes."""
    for place, node in enumerate(_walked(tree)):
        for what, change in _CHANGES.items():
            if change(copy.deepcopy(node)) is not None:
                yield place, what


def _walked(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all below it but annotations and what is passed over."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "type_comment"}:
            continue
        children = value if isinstance(value, list) else [value]
        for child in children:
            if isinstance(child, ast.AST) and not _is_passed_over(child):
                yield from _walked(child)


class _Replacing(ast.NodeTransformer):
    """Put one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        """Name both."""
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        """Replace the one that is meant."""
        return self._new if node is self._old else self.generic_visit(node)


def mutants_of(source: str) -> Iterator[Callable[[], Mutant]]:
    """Yield a maker of each mutant of a module; a sample makes only those it wants."""
    for place, what in _places(ast.parse(source)):

        def make(place: int = place, what: str = what) -> Mutant:
            tree = ast.parse(source)
            node = next(one for n, one in enumerate(_walked(tree)) if n == place)
            line = getattr(node, "lineno", 0)
            changed = _CHANGES[what](copy.deepcopy(node))
            if changed is None:
                raise LookupError(what)
            whole = ast.fix_missing_locations(_Replacing(node, changed).visit(tree))
            return Mutant(line, what, ast.unparse(whole))

        yield make
