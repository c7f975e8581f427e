"""Query parameters: which a request may carry, and what they say."""

from __future__ import annotations

from collections.abc import Sequence

from problems import InvalidInput, Problem, shown

Parameters = Sequence[tuple[str, str]]
"""Query parameters in the order sent, name and text."""


def check_parameters(sent: Parameters, allowed: Sequence[str]) -> None:
    """Refuse query parameters that are unknown, stand twice or are no integer from 1.

    Raises:
        InvalidInput: there are such; all are listed.
    """
    if wrong := parameter_problems(sent, allowed):
        raise InvalidInput.of(wrong)


def read_top(sent: Parameters) -> int | None:
    """Read how many planets a ranking keeps from checked parameters; None keeps all."""
    return next((int(text) for name, text in sent if name == "top"), None)


def parameter_problems(sent: Parameters, allowed: Sequence[str]) -> list[Problem]:
    """Find query parameters that are unknown, stand twice or are no integer from 1."""
    names = [name for name, _ in sent]
    return [
        problem
        for i, (name, text) in enumerate(sent)
        if (problem := _parameter_problem(name, text, names[:i], allowed))
    ]


def _parameter_problem(
    name: str, text: str, before: Sequence[str], allowed: Sequence[str]
) -> Problem | None:
    if name not in allowed:
        known = ", ".join(allowed) or "none"
        message = f"unknown query parameter {shown(name)}; this endpoint takes: {known}"
        return Problem("unknown_parameter", message, parameter=name[:40], expected=known)
    if name in before:
        return Problem("repeated_parameter", f"{name} is given twice", parameter=name)
    if text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= 1:
        return None
    return Problem(
        code="wrong_type",
        message=f"{name} is {shown(text)}; expected an integer from 1",
        parameter=name,
        expected="an integer from 1",
        received=shown(text),
    )
