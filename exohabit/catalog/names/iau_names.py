"""IAU names: proper names of stars and planets that the International Astronomical Union adopted.

From its campaigns of 2015, 2019 and 2022. Planets that the archive does not list are left out.
"""

from __future__ import annotations

# A star as the archive names it, its proper name, and those of its planets. The letters are the
# archive's: those of HD 160691 (mu Arae) differ from the ones in Pepe et al. (2007), A&A 462, 769,
# which the IAU used; Dulcinea takes 9.6 days for an orbit, and Rocinante 308.
_ROWS = """
8 UMi: Baekdu, b Halla
14 And: Veritate, b Spe
18 Del: Musica, b Arion
47 UMa: Chalawan, b Taphao Thong, c Taphao Kaew
51 Peg: Helvetios, b Dimidium
55 Cnc: Copernicus, b Galileo, c Brahe, d Lipperhey, e Janssen, f Harriot
BD+14 4559: Solaris, b Pirx
BD-17 63: Felixvarela, b Finlay
eps Eri: Ran, b Aegir
eps Tau: Ain, b Amateru
gam Cep: Errai, b Tadmor
GJ 367: Añañuca, b Tahay
GJ 436: Noquisi, b Awohali
GJ 486: Gar, b Su
GJ 1214: Orkaria, b Enaiposha
GJ 3470: Kaewkosin, b Phailinsiam
HAT-P-2: Hunor, b Magor
HAT-P-3: Dombay, b Teberda
HAT-P-5: Chasoň, b Kráľomoc
HAT-P-6: Sterrennacht, b Nachtwacht
HAT-P-9: Tevel, b Alef
HAT-P-12: Komondor, b Puli
HAT-P-14: Franz, b Sissi
HAT-P-15: Berehynia, b Tryzub
HAT-P-21: Mazaalai, b Bambaruush
HAT-P-23: Moriah, b Jebus
HAT-P-26: Guahayona, b Guataubá
HAT-P-29: Muspelheim, b Surt
HAT-P-34: Sansuna, b Ġgantija
HAT-P-36: Tuiren, b Bran
HAT-P-38: Horna, b Hiisi
HAT-P-40: Taika, b Vytis
HAT-P-42: Lerna, b Iolaus
HATS-72: Zembra, b Zembretta
HD 1502: Citadelle, b Indépendance
HD 4208: Cocibolca, b Xolotlan
HD 6434: Nenque, b Eyeke
HD 7199: Emiw, b Hairu
HD 8574: Bélénos, b Bélisama
HD 16175: Buna, b Abol
HD 17156: Nushagak, b Mulchatna
HD 18742: Ayeyarwady, b Bagan
HD 20868: Intan, b Baiduri
HD 23079: Tupi, b Guarani
HD 28678: Hoggar, b Tassili
HD 30856: Mouhoun, b Nakanbé
HD 32518: Mago, b Neri
HD 38283: Bubup, b Yanyan
HD 43197: Amadioha, b Equiano
HD 45350: Lucilinburhuc, b Peitruss
HD 45652: Lusitânia, b Viriato
HD 48265: Nosaxa, b Naqaỹa
HD 49674: Nervia, b Eburonia
HD 52265: Citalá, b Cayahuanca
HD 62509: Pollux, b Thestias
HD 63454: Ceibo, b Ibirapitá
HD 63765: Tapecue, b Yvaga
HD 68988: Násti, b Albmi
HD 73534: Gakyid, b Drukyul
HD 75898: Stribor, b Veles
HD 81688: Intercrus, b Arkas
HD 82886: Illyrian, b Arber
HD 83443: Kalausi, b Buru
HD 85390: Natasha, b Madalitso
HD 86081: Bibhā, b Santamasa
HD 93083: Macondo, b Melquíades
HD 95086: Aiolos, b Levantes
HD 96063: Dingolay, b Ramajay
HD 98219: Hunahpú, b Ixbalanqué
HD 99109: Shama, b Perwana
HD 100655: Formosa, b Sazum
HD 100777: Sagarmatha, b Laligurans
HD 102117: Uklun, b Leklsullun
HD 102195: Flegetonte, b Lete
HD 102956: Aniara, b Isagel
HD 104985: Tonatiuh, b Meztli
HD 108147: Tupã, b Tumearandu
HD 109246: Funi, b Fold
HD 117618: Dofida, b Noifasui
HD 118203: Liesma, b Staburags
HD 130322: Mönch, b Eiger
HD 131496: Arcalís, b Madriu
HD 136418: Nikawiy, b Awasis
HD 137388: Karaka, b Kererū
HD 145457: Kamuy, b Chura
HD 149026: Ogma, b Smertrios
HD 149143: Rosalíadecastro, b Riosar
HD 152581: Mahsati, b Ganja
HD 153950: Rapeto, b Trimobe
HD 156411: Inquill, b Sumajmajta
HD 160691: Cervantes, b Quijote, c Sancho, d Dulcinea, e Rocinante
HD 164604: Pincoya, b Caleuche
HD 168746: Alasia, b Onasilos
HD 173416: Xihe, b Wangshu
HD 175541: Kaveh, b Kavian
HD 179949: Gumala, b Mastika
HD 181342: Belel, b Dopere
HD 181720: Sika, b Toge
HD 192263: Phoenicia, b Beirut
HD 192699: Chechia, b Khomsa
HD 205739: Sāmaya, b Samagiya
HD 206610: Bosona, b Naron
HD 208487: Itonda, b Mintome
HD 212771: Lionrock, b Victoriapeak
HD 218566: Ebla, b Ugarit
HD 221287: Poerava, b Pipitea
HD 224693: Axólotl, b Xólotl
HD 231701: Uruk, b Babylonia
HIP 12961: Koeia, b Aumatex
HIP 65426: Matza, b Najsakopajk
HIP 79431: Sharjah, b Barajeel
iot Dra: Edasich, b Hypatia
L 168-9: Danfeng, b Qingluan
LHS 3844: Batsũ̀, b Kuakua
LTT 9779: Uúba, b Cuancoá
PSR B1257+12: Lich, b Draugr, c Poltergeist, d Phobetor
TrES-3: Pipoltr, b Umbäässa
ups And: Titawin, b Saffar, c Samh, d Majriti
WASP-6: Márohu, b Boinayel
WASP-13: Gloas, b Cruinlagh
WASP-15: Nyamien, b Asye
WASP-17: Dìwö, b Ditsö̀
WASP-19: Wattle, b Banksia
WASP-21: Tangra, b Bendida
WASP-22: Tojil, b Koyopa'
WASP-32: Parumleo, b Viculus
WASP-34: Amansinaya, b Haik
WASP-38: Irena, b Iztok
WASP-39: Malmok, b Bocaprins
WASP-43: Gnomon, b Astrolábos
WASP-50: Chaophraya, b Maeping
WASP-52: Anadolu, b Göktürk
WASP-60: Morava, b Vlasina
WASP-62: Naledi, b Krotoa
WASP-63: Kosjenka, b Regoč
WASP-64: Atakoraka, b Agouto
WASP-69: Wouri, b Makombé
WASP-71: Mpingo, b Tanzanite
WASP-72: Diya, b Cuptor
WASP-79: Montuno, b Pollera
WASP-80: Petra, b Wadirum
WASP-121: Dilmun, b Tylos
WASP-161: Tislit, b Isli
WASP-166: Filetdor, b Catalineta
WD 0806-661: Maru, b Ahra
xi Aql: Libertas, b Fortitudo
XO-1: Moldoveanu, b Negoiu
XO-4: Koit, b Hämarik
XO-5: Absolutno, b Makropulos
"""
_SYSTEMS = [
    (star, *names.split(", "))
    for star, names in (row.split(": ") for row in _ROWS.strip().splitlines())
]

STARS = {name: star for star, name, *_ in _SYSTEMS}
"""The star as the archive names it, by its proper name."""
PLANETS = {
    planet[2:]: f"{star} {planet[0]}" for star, _, *planets in _SYSTEMS for planet in planets
}
"""The planet as the archive names it, by its proper name."""
