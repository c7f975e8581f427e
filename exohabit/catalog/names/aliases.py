"""Aliases: rules for other names of a star: Greek letters, other catalogue numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from exohabit.catalog.names.constellations import CONSTELLATIONS
from exohabit.inputs.limits import MAX_NAME

_GREEK_ROWS = """
α alpha alf alp
β beta bet
γ gamma gam
δ delta del
ε epsilon eps
ζ zeta zet
η eta
θ theta tet the
ι iota iot
κ kappa kap
λ lambda lam
μ mu
ν nu
ξ xi ksi
ο omicron omi
π pi
ρ rho
σ sigma sig
τ tau
υ upsilon ups
φ phi
χ chi khi
ψ psi
ω omega ome
"""
_GREEK = {form: row.split() for row in _GREEK_ROWS.strip().splitlines() for form in row.split()}
"""All forms of a Greek letter, by each form."""


def split(planet: str) -> tuple[str, str]:
    """Split the name of a planet into its star's and a letter, or ".01" of a candidate.

    Both are empty if a planet is not named after its star, for example Earth.
    """
    match = _PLANET.fullmatch(planet)
    return (match[1], match[2].lstrip()) if match else ("", "")


def without_component(star: str) -> tuple[str, str]:
    """Split the name of a component of a multiple star: "GJ 667 C" into "GJ 667" and "C".

    The second is empty if the name is not that of a component.
    """
    match = _PART.fullmatch(star)
    return (match[1], match[2]) if match else (star, "")


def names_of(star: str) -> set[str]:
    """Return a name of a star and the other names that the rules derive from it.

    For a name that is longer than `MAX_NAME`, there are no others.
    """
    names = {star}
    if len(star) > MAX_NAME:
        return names
    for rule in _RULES:
        names |= {other for name in names for other in rule(name)}
    return names


def without_primary(text: str) -> str | None:
    """Drop the component from a text that may name a primary star or its planet.

    "HD 189733 A b" becomes "HD189733b". AB and (AB), for planets of two stars, are dropped too:
    "Kepler-16 (AB) b". The case matters, because "Kepler-47 AB" is two stars.

    Returns:
        None if the text names no primary star.
    """
    if "A" not in text:
        return None
    match = _PRIMARY.search("".join(filter(str.isalnum, text)))
    return match.string[: match.start()] + match[1] if match else None


def _of_a_lens(star: str) -> Iterator[str]:
    """Name the event OGLE-2005-BLG-390 for its lens OGLE-2005-BLG-390L."""
    if match := _LENS.match(star):
        yield match[1] + star[match.end() :]


def _gliese(star: str) -> Iterator[str]:
    catalogue, _, number = star.partition(" ")
    if catalogue in _GLIESE:
        yield from (f"{other} {number}" for other in _GLIESE)


def _unsigned(star: str) -> Iterator[str]:
    """Drop the sign: a plus in a query string is read as a space."""
    if match := _SIGNED.match(star):
        yield f"{match[1]} {star[match.end() :]}"


def _pulsar(star: str) -> Iterator[str]:
    if star.startswith(("PSR B", "PSR J")):
        yield "PSR " + star[5:]
        yield star[4:]


def _variable(star: str) -> Iterator[str]:
    """Write V391 Peg for V0391 Peg."""
    if star.startswith("V0"):
        yield "V" + star[1:].lstrip("0")


def _object_of_interest(star: str) -> Iterator[str]:
    """Write KOI-701 for K00701, and the reverse."""
    if match := _KOI.fullmatch(star):
        yield f"KOI-{int(match[1])}"
        yield f"K{int(match[1]):05d}"


def _in_constellation(star: str) -> Iterator[str]:
    """Write a star of a constellation in other ways: tau Cet is also τ Ceti."""
    if (match := _DESIGNATION.fullmatch(star)) and match[3] in CONSTELLATIONS:
        letter, number, constellation, component = match.groups()
        for form in _GREEK.get(letter, (letter,)):
            for name in (constellation, *CONSTELLATIONS[constellation]):
                yield f"{form}{number} {name}{component}"


_RULES: tuple[Callable[[str], Iterator[str]], ...] = (
    _of_a_lens,
    _gliese,
    _unsigned,
    _pulsar,
    _variable,
    _object_of_interest,
    _in_constellation,
)
"""Each rule is also applied to the names that the rules before it derived."""
_GLIESE = ("GJ", "Gl", "Gliese")
_PLANET = re.compile(r"(.+)( [b-z]|\.[0-9][0-9])")
_PART = re.compile(r"(.+) (A|Aa|AB|ABC|B|C|N|S)")  # XO-2 has a northern and a southern star
_PRIMARY = re.compile(r"AB?([b-z]?)$")
_LENS = re.compile(r"((?:OGLE|MOA|KMT|UKIRT|K2|AT|Gaia).*[0-9a-z])L\b")
_SIGNED = re.compile(r"(BD|CD|CPD)[+-](?=[0-9])")
_KOI = re.compile(r"(?:KOI-|K0)([0-9]+)")
_DESIGNATION = re.compile(r"(|.*?[^0-9])([0-9]*+) ([A-Z][A-Za-z]{2})((?: [A-C]+)?)")
