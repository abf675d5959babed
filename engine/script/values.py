"""What an expression of a script is worth while it is compiled: a known value, a column, or a register.

What does not belong here: how a value comes about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.script.errors import Code, ScriptError
from engine.script.nodes import Place

# ``paint`` is whatever only draws or speaks: colours, labels, texts that are put together from numbers.
Kind = Literal["int", "float", "bool", "string", "paint", "void", "na", "tuple"]
Form = Literal["const", "input", "series"]

NUMERIC = frozenset({"int", "float"})
_FORMS: tuple[Form, ...] = ("const", "input", "series")


# Not frozen, as nodes are not: nothing changes a value, and a script makes thousands.
@dataclass(slots=True)
class Value:
    """An expression as understood.

    ``form``: ``const`` stands in the text, ``input`` is known once the inputs are, ``series`` may differ from bar to
    bar. A known value has ``number`` (bools 1 and 0) or ``text``; a series is in ``column`` where bars and inputs alone
    give it, else in ``register``. A ``tuple`` has ``items``.
    """

    kind: Kind
    form: Form = "series"
    number: float | None = None
    text: str | None = None
    column: int | None = None
    register: int | None = None
    items: tuple[Value, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether it is known before the run."""
        return self.number is not None or self.text is not None

    def as_kind(self, kind: Kind) -> Value:
        """The same under another kind."""
        return Value(kind, self.form, self.number, self.text, self.column, self.register, self.items)

    def as_form(self, form: Form) -> Value:
        """The same under another form."""
        return Value(self.kind, form, self.number, self.text, self.column, self.register, self.items)


VOID = Value("void")
PAINT = Value("paint")
NOTHING = Value("na", "const", number=float("nan"))


def number(value: float, *, whole: bool, form: Form = "const") -> Value:
    """A known number."""
    return Value("int" if whole else "float", form, number=value)


def truth(value: bool, *, form: Form = "const") -> Value:
    """A known bool."""
    return Value("bool", form, number=1.0 if value else 0.0)


def text(value: str, *, form: Form = "const") -> Value:
    """A known string."""
    return Value("string", form, text=value)


def weakest(*values: Value) -> Form:
    """The form of something made of values."""
    return _FORMS[max((_FORMS.index(value.form) for value in values), default=0)]


def joined(first: Kind, second: Kind) -> Kind | None:
    """The kind that holds both, None where there is none."""
    if first == second or second == "na":
        return first
    if first == "na":
        return second
    if {first, second} == NUMERIC:
        return "float"
    return None


def refusal(code: Code, place: Place, reason: str) -> ScriptError:
    """An error at a place of the tree."""
    return ScriptError(code=code, line=place.line, column=place.column, reason=reason)
