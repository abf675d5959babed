"""Lines into statements: wrapped lines joined, indentation as tokens.

Pine's rules: a block is indented by four more spaces (or one more tab); a line indented by another number of spaces,
and any line inside brackets, goes on with the line before. What does not belong here: the grammar.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.script import limits
from engine.script.errors import Code
from engine.script.tokens import Token, refused, tokens

_STEP = 4
_OPENS = {"_LPAR": "_RPAR", "_LSQB": "_RSQB"}
_CLOSES = frozenset(_OPENS.values())
_BRACKETS = _CLOSES | frozenset(_OPENS)
_OPERATORS = frozenset({"AND", "OR", "EQUALITY", "COMPARISON", "PRODUCT", "_QUESTION", "_COLON"})
# A statement cannot end with one of these, nor begin with one of the operators: such a line goes on.
_GOES_ON_AFTER = _OPERATORS | {"NOT", "SUM", "_COMMA", "_EQ", "ASSIGN"}
_TYPE_WORDS = frozenset({"simple", "series", "const"})
_LOOP_WORDS = frozenset({"to", "by", "in"})
_WORDS = _TYPE_WORDS | _LOOP_WORDS | {"type"}


def statements(text: str) -> Iterator[list[Token]]:
    """All tokens of a script, a few at a time, _NL after each statement, _INDENT and _DEDENT around each block.

    :raises ScriptError: if a character, a bracket or the indentation is wrong
    """
    level = 0
    for indent, logical in _logical_lines(text):
        first = logical[0]
        wanted = indent // _STEP
        if wanted != level:
            yield _marks(first, level=level, wanted=wanted)
        level = wanted
        _contextual(logical, top=level == 0)
        logical.append(_mark("_NL", logical[-1]))
        yield logical
    end = Token(text.count("\n") + 1, 1, "_NL", "")
    yield [_mark("_DEDENT", end)] * level


def _marks(first: Token, *, level: int, wanted: int) -> list[Token]:
    """What leads from one indentation to another.

    :raises ScriptError: INDENTATION or TOO_DEEP
    """
    if wanted > level + 1:
        raise refused(Code.INDENTATION, first, "Indent a block by four spaces")
    if wanted > limits.MAX_NESTING:
        raise refused(Code.TOO_DEEP, first, f"Blocks are nested at most {limits.MAX_NESTING} deep")
    if wanted > level:
        return [_mark("_INDENT", first)]
    return [_mark("_DEDENT", first)] * (level - wanted)


def _mark(kind: str, place: Token) -> Token:
    return Token(place.line, place.column, kind, "")


def _logical_lines(text: str) -> Iterator[tuple[int, list[Token]]]:
    """Statements with their indentation, wrapped lines joined."""
    logical: list[Token] = []
    indent = 0
    brackets: list[Token] = []
    kinds: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        found = tokens(line, number=number, kinds=kinds)
        if not found:
            continue
        width = _width(line)
        if logical and not (brackets or width % _STEP or _goes_on(logical[-1], found[0])):
            yield indent, logical
            logical = []
        if not logical:
            indent = width
            if width % _STEP:
                reason = "Indent a block by four spaces or one tab"
                raise refused(Code.INDENTATION, found[0], reason)
        logical += found
        _count_brackets(found, brackets)
    if brackets:
        opened = brackets[-1]
        raise refused(Code.SYNTAX, opened, f"'{opened.text}' is never closed")
    if logical:
        yield indent, logical


def _width(line: str) -> int:
    """How far a line is indented, a tab being as wide as a block."""
    blanks = len(line) - len(line.lstrip(" \t"))
    return blanks + (_STEP - 1) * line.count("\t", 0, blanks)


def _goes_on(last: Token, following: Token) -> bool:
    return last.kind in _GOES_ON_AFTER or following.kind in _OPERATORS


def _count_brackets(found: Sequence[Token], brackets: list[Token]) -> None:
    for token in found:
        if token.kind not in _BRACKETS:
            continue
        if token.kind in _OPENS:
            brackets.append(token)
            if len(brackets) > limits.MAX_NESTING:
                reason = f"Brackets are nested at most {limits.MAX_NESTING} deep"
                raise refused(Code.TOO_DEEP, token, reason)
        else:
            _close(token, brackets)


def _close(token: Token, brackets: list[Token]) -> None:
    if not brackets or _OPENS[brackets.pop().kind] != token.kind:
        raise refused(Code.SYNTAX, token, f"'{token.text}' closes nothing that is open")


def _contextual(logical: list[Token], *, top: bool) -> None:
    """Give tokens the kind that depends on their statement: functions and tuples by what follows, ``to`` and ``by``.

    :raises ScriptError: UNSUPPORTED
    """
    first = logical[0]
    if top and first.kind == "NAME" and [token.kind for token in logical[1:2]] == ["_LPAR"]:
        if _after_bracket(logical, start=1) == "ARROW":
            first.kind = "FUNCTION"
    elif first.kind == "_LSQB" and _after_bracket(logical, start=0) == "_EQ":
        first.kind = "_TUPLE"
    if not _WORDS.isdisjoint([token.text for token in logical]):
        _reword(logical)


def _reword(logical: list[Token]) -> None:
    loops = any(token.kind == "FOR" for token in logical)
    for index, token in enumerate(logical):
        if loops and token.kind == "NAME" and token.text in _LOOP_WORDS:
            token.kind = token.text.upper()
        if token.text in _TYPE_WORDS and [following.kind for following in logical[index + 1 : index + 2]] == ["NAME"]:
            token.kind = "QUALIFIER"
    _check_words(logical)


def _after_bracket(logical: Sequence[Token], *, start: int) -> str:
    """The kind of the token after the bracket that opens at ``start`` is closed again."""
    open_ = 0
    for index in range(start, len(logical)):
        kind = logical[index].kind
        open_ += (kind in _OPENS) - (kind in _CLOSES)
        if open_ == 0:
            return logical[index + 1].kind if index + 1 < len(logical) else ""
    return ""


def _check_words(logical: Sequence[Token]) -> None:
    first = logical[0]
    if first.text == "type" and [token.kind for token in logical[1:2]] == ["NAME"]:
        reason = "Types of your own are outside the subset: use separate variables"
        raise refused(Code.UNSUPPORTED, first, reason)
    for token in logical:
        if token.kind == "IN":
            reason = "Arrays are outside the subset: loop over numbers, for i = 0 to 9"
            raise refused(Code.UNSUPPORTED, token, reason)
