"""Lines into statements: wrapped lines joined, indentation as tokens.

Pine's rules: a block is indented by four more spaces (or one more tab); a line indented by another number of spaces,
and any line inside brackets, goes on with the line before. What does not belong here: the grammar.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lark import Token

from engine.script import limits
from engine.script.errors import Code
from engine.script.tokens import refused, tokens

_STEP = 4
_OPENS = {"_LPAR": "_RPAR", "_LSQB": "_RSQB"}
_CLOSES = frozenset(_OPENS.values())
_OPERATORS = frozenset({"AND", "OR", "EQUALITY", "COMPARISON", "PRODUCT", "_QUESTION", "_COLON"})
# A statement cannot end with one of these, nor begin with one of the operators: such a line goes on.
_GOES_ON_AFTER = _OPERATORS | {"NOT", "SUM", "_COMMA", "_EQ", "ASSIGN"}
_TYPE_WORDS = frozenset({"simple", "series", "const"})


def statements(text: str) -> Iterator[Token]:
    """All tokens of a script with _NL after each statement and _INDENT and _DEDENT around each block.

    :raises ScriptError: if a character, a bracket or the indentation is wrong
    """
    level = 0
    for indent, logical in _logical_lines(text):
        first = logical[0]
        wanted = indent // _STEP
        if wanted > level + 1:
            raise refused(Code.INDENTATION, first, "Indent a block by four spaces")
        if wanted > limits.MAX_NESTING:
            reason = f"Blocks are nested at most {limits.MAX_NESTING} deep"
            raise refused(Code.TOO_DEEP, first, reason)
        if wanted > level:
            yield _mark("_INDENT", first)
        for _ in range(wanted, level):
            yield _mark("_DEDENT", first)
        level = wanted
        yield from _contextual(logical, top=level == 0)
        yield _mark("_NL", logical[-1])
    end = Token("_NL", "", line=text.count("\n") + 1, column=1)
    for _ in range(level):
        yield _mark("_DEDENT", end)


def _mark(kind: str, place: Token) -> Token:
    return Token(kind, "", line=place.line, column=place.column)


def _logical_lines(text: str) -> Iterator[tuple[int, list[Token]]]:
    """Statements with their indentation, wrapped lines joined."""
    logical: list[Token] = []
    indent = 0
    brackets: list[Token] = []
    for number, line in enumerate(text.split("\n"), start=1):
        found = list(tokens(line, number=number))
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
        raise refused(Code.SYNTAX, opened, f"'{opened}' is never closed")
    if logical:
        yield indent, logical


def _width(line: str) -> int:
    width = 0
    for character in line:
        if character not in " \t":
            break
        width += _STEP if character == "\t" else 1
    return width


def _goes_on(last: Token, following: Token) -> bool:
    return last.type in _GOES_ON_AFTER or following.type in _OPERATORS


def _count_brackets(found: Sequence[Token], brackets: list[Token]) -> None:
    for token in found:
        if token.type in _OPENS:
            brackets.append(token)
            if len(brackets) > limits.MAX_NESTING:
                reason = f"Brackets are nested at most {limits.MAX_NESTING} deep"
                raise refused(Code.TOO_DEEP, token, reason)
        elif token.type in _CLOSES:
            _close(token, brackets)


def _close(token: Token, brackets: list[Token]) -> None:
    if not brackets or _OPENS[brackets.pop().type] != token.type:
        raise refused(Code.SYNTAX, token, f"'{token}' closes nothing that is open")


def _contextual(logical: list[Token], *, top: bool) -> Iterator[Token]:
    """Tokens whose kind depends on their statement: functions and tuples by what follows, ``to`` and ``by``."""
    kinds = [token.type for token in logical]
    if top and kinds[:2] == ["NAME", "_LPAR"] and _after_bracket(kinds, start=1) == "ARROW":
        kinds[0] = "FUNCTION"
    if kinds[0] == "_LSQB" and _after_bracket(kinds, start=0) == "_EQ":
        kinds[0] = "_TUPLE"
    loops = "FOR" in kinds
    for index, token in enumerate(logical):
        if token.type == "NAME" and loops and str(token) in ("to", "by", "in"):
            kinds[index] = str(token).upper()
        if str(token) in _TYPE_WORDS and kinds[index + 1 : index + 2] == ["NAME"]:
            kinds[index] = "QUALIFIER"
    _check_words(logical, kinds)
    for token, kind in zip(logical, kinds, strict=True):
        token.type = kind
        yield token


def _after_bracket(kinds: Sequence[str], *, start: int) -> str:
    """The kind of the token after the bracket that opens at ``start`` is closed again."""
    open_ = 0
    for index in range(start, len(kinds)):
        open_ += (kinds[index] in _OPENS) - (kinds[index] in _CLOSES)
        if open_ == 0:
            return kinds[index + 1] if index + 1 < len(kinds) else ""
    return ""


def _check_words(logical: Sequence[Token], kinds: Sequence[str]) -> None:
    first = logical[0]
    if str(first) == "type" and kinds[1:2] == ["NAME"]:
        reason = "Types of your own are outside the subset: use separate variables"
        raise refused(Code.UNSUPPORTED, first, reason)
    if "IN" in kinds:
        token = logical[kinds.index("IN")]
        reason = "Arrays are outside the subset: loop over numbers, for i = 0 to 9"
        raise refused(Code.UNSUPPORTED, token, reason)
