"""Well-known names: other names of stars and planets that no rule can derive."""

from __future__ import annotations

from exohabit.catalog.names import iau_names

_STARS = """
14 Her: GJ 614
16 Cyg B: HD 186427
18 Del: HD 199665
47 UMa: HD 95128
51 Eri: HD 29391
51 Peg: HD 217014, GJ 882
55 Cnc: HD 75732, rho1 Cnc
61 Vir: HD 115617, GJ 506
70 Vir: HD 117176
alf Ari: Hamal
alf Tau: Aldebaran
AU Mic: HD 197481, GJ 803
Barnard's star: GJ 699, HIP 87937
bet Cnc: Tarf
bet Pic: HD 39060
bet UMi: Kochab
eps Eri: HD 22049
eps Ind A: HD 209100
gam1 Leo: gam Leo, Algieba
gam Cep: HD 222404
gam Lib: Zubenelhakrabi
GJ 15 A: Groombridge 34 A, GX And
GJ 273: Luyten's Star
GJ 411: Lalande 21185
GJ 504: 59 Vir
GJ 581: HO Lib
GJ 876: Ross 780, IL Aqr
GJ 887: Lacaille 9352
GJ 9827: K2-135
Gl 725 A: Struve 2398 A
HAT-P-7: Kepler-2
HAT-P-11: Kepler-3
HD 3167: K2-96
HD 20794: 82 Eri, 82 G. Eri
HD 62509: bet Gem
HD 81688: 41 Lyn
HD 106315: K2-109
HD 136352: nu2 Lup
HD 189733: V452 Vul
HD 209458: V376 Peg
HD 219134: HR 8832, GJ 892
HD 260655: GJ 239
HIP 41378: K2-93
HIP 116454: K2-2
HR 8799: HD 218396
K2-3: EPIC 201367065
K2-18: EPIC 201912552
Kapteyn: Kapteyn's Star, GJ 191, HD 33793
KELT-9: HD 195689
KELT-11: HD 93396
KELT-20: MASCARA-2
KOI-13: Kepler-13
KOI-55: Kepler-70
KOI-94: Kepler-89
KOI-217: Kepler-71
KOI-1257: Kepler-420
KOI-3680: Kepler-1657
L 98-59: TOI-175
LHS 1140: GJ 3053
LP 791-18: TOI-736
LP 890-9: SPECULOOS-2, TOI-4306
LTT 1445 A: TOI-455
mu2 Sco: Pipirima
mu Leo: Rasalas
omi UMa: Muscida
PH1: Kepler-64
PH2: Kepler-86
pi Men: TOI-144
Proxima Cen: Proxima, alf Cen C, GJ 551, HIP 70890
rho CrB: HD 143761
Ross 128: GJ 447
Sun: Sol, The Sun, Solar System, The Solar System
tau Boo: HD 120136
tau Cet: HD 10700, GJ 71
Teegarden's Star: Teegarden
TOI-270: L 231-32
TRAPPIST-1: K2-112, 2MASS J23062928-0502285
TrES-2: Kepler-1
ups And: HD 9826
WASP-18: HD 10069
WASP-33: HD 15082
WASP-47: K2-23
WASP-107: K2-235
Wolf 503: K2-262
Wolf 1061: GJ 628
YZ Cet: GJ 54.1
"""
_PLANETS = """
51 Peg b: Bellerophon
HD 209458 b: Osiris
OGLE-2005-BLG-390L b: Hoth
PSR B1620-26 b: Methuselah
eps Eri b: Ægir
Earth: The Earth, Terra
Moon: The Moon, Luna
"""
_MU_ARAE = (("b", "b"), ("c", "cd"), ("d", "de"), ("e", "ce"))
"""The letters of mu Arae's planets in the literature, and what they may mean in the archive.

Pepe et al. (2007), A&A 462, 769, changed all but b, and both ways are in use.
"""


def _read(rows: str) -> dict[str, tuple[str, ...]]:
    split = (row.split(": ") for row in rows.strip().splitlines())
    return {name: tuple(others.split(", ")) for name, others in split}


STARS = _read(_STARS)
"""Other names of a star by the one in the archive."""
for _name, _star in iau_names.STARS.items():
    STARS[_star] = (*STARS.get(_star, ()), _name)
PLANETS = (
    *((other, planet) for planet, others in _read(_PLANETS).items() for other in others),
    *iau_names.PLANETS.items(),
    *(
        (f"{star} {letter}", f"HD 160691 {other}")
        for star in ("mu Ara", "Cervantes")
        for letter, others in _MU_ARAE
        for other in others
    ),
)
"""Another name of a planet, and the name in the archive; one name may mean several planets."""
