"""Settings of the service: every one with its default and meaning.

`EXOHABIT_<NAME>` in the environment overrides a setting, and so does `name = …` in a TOML file that
`EXOHABIT_SETTINGS` names; the environment goes first. It is an argument, so that nothing is read
at import.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from exohabit.scoring.manifest import find_root

PREFIX = "EXOHABIT_"
FILE = PREFIX + "SETTINGS"
SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Variable that names the folder which the workers of one server share; the server sets it."""
DRAINING = "draining"
"""File in that folder which says that the server is about to end."""
TREES = "trees"
"""The engine that goes down the trees in quicker ways than XGBoost's own."""


class SettingError(Exception):
    """A setting that does not exist or has a value it cannot have."""


# Each function reads the text of a setting, or raises ValueError with what it expected. `limits`
# and `redis` take 3 and 6 MB of memory, so they are imported only where their setting is given.


def _text(text: str) -> str:
    if not text.strip():
        raise ValueError("a text")
    return text


def _path(text: str) -> Path:
    return Path(_text(text))


def _sha256(text: str) -> str:
    if not re.fullmatch("[0-9a-fA-F]{64}", text):
        raise ValueError("a SHA-256: 64 hexadecimal digits")
    return text.lower()


def _integer(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high):
            raise ValueError(f"an integer from {low} to {high}")
        return int(text)

    return read


def _one_of(*names: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in names:
            raise ValueError("one of " + ", ".join(names))
        return text

    return read


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


_ORIGIN = re.compile(r"https?://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?", re.IGNORECASE)
_HOST = re.compile(r"\.?[a-z0-9_-][a-z0-9._-]*|\[[0-9a-f:.]+\]", re.IGNORECASE)


# Of options only those of TLS: others would undo what the service needs, such as short time-outs.
_REDIS = re.compile(
    r"(redis(s)?://[^\s?/]|unix:///)[^\s?]*(?(2)(\?(&?ssl_\w+=[^\s&]*)+)?)", re.ASCII
)


def _origins(text: str) -> tuple[str, ...]:
    origins = _listed(text)
    if origins != ("*",) and not (origins and all(map(_is_origin, origins))):
        raise ValueError('origins such as "https://example.org, http://localhost:3000", or "*"')
    return origins


def _is_origin(text: str) -> bool:
    """Whether a text is an origin as browsers send it: without a path, or its scheme's own port."""
    own_port = ":443" if text.lower().startswith("https") else ":80"
    return bool(_ORIGIN.fullmatch(text)) and not text.endswith(own_port)


def _hosts(text: str) -> tuple[str, ...]:
    hosts = _listed(text.lower())
    if not (hosts and all(map(_HOST.fullmatch, hosts))):
        raise ValueError('names of hosts without a port, such as "api.example.org, .example.org"')
    return hosts


_MOST_SECONDS = 2**31
"""Length of a rate's window, 68 years; Redis refuses to keep a key for very much longer."""


def _rate(text: str) -> str:
    from limits import parse_many  # noqa: PLC0415

    try:
        rates = parse_many(text)
        is_possible = all(each.amount and 0 < each.get_expiry() < _MOST_SECONDS for each in rates)
    except ValueError:
        is_possible = False
    if not is_possible:
        raise ValueError('a rate such as "600/minute", or several: "20/second; 5000/day"')
    return text


def _redis(text: str) -> str:
    from redis.connection import parse_url  # noqa: PLC0415

    try:
        parse_url(text)  # type: ignore[no-untyped-call]
        is_possible = bool(_REDIS.fullmatch(text))
    except ValueError:
        is_possible = False
    if not is_possible:
        raise ValueError('an address such as "redis://:password@redis:6379/0"')
    return text


def _setting(default: Any, read: Callable[[str], Any], meaning: str, repr_short: str = "") -> Any:
    """Make a field of a default, what reads its text, and what the README says of the two."""
    metadata = {"read": read, "meaning": meaning, "shown": repr_short}
    if callable(default):
        return field(default_factory=default, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force."""

    host: str = _setting("127.0.0.1", _text, "address to listen at; `0.0.0.0` for every interface")
    port: int = _setting(5000, _integer(1, 65535), "port to listen at")
    workers: int = _setting(
        lambda: os.cpu_count() or 1,
        _integer(1, 256),
        "processes that answer; each gets a second one with its first large request",
        "one a core",
    )
    threads: int = _setting(4, _integer(1, 64), "requests that one worker handles at a time")
    drain_seconds: int = _setting(
        0,
        _integer(0, 300),
        "how long `/ready` says no, while all else is answered, between SIGTERM and the end",
    )
    model_root: Path = _setting(
        find_root, _path, "folder that holds `models/` and `feature_columns.pkl`", "this folder"
    )
    model_sha256: str | None = _setting(
        None,
        _sha256,
        "SHA-256 that `models/manifest.json` must have, as `sha256sum models/manifest.json` prints "
        "it; without it, somebody who can replace model and manifest decides what is served",
    )
    engine: str = _setting(
        TREES,
        _one_of(TREES, "xgboost"),
        "what scores: `trees`, XGBoost, and for a few planets or a large request quicker ways down "
        "its trees, to the same bits; `xgboost`, XGBoost alone",
    )
    model_threads: int = _setting(
        lambda: os.cpu_count() or 1,
        _integer(1, 64),
        "threads that score the planets of a large request in that second process, which gives way "
        "to small requests",
        "one a core",
    )
    fast: str = _setting(
        "on",
        _one_of("on", "off"),
        "`off` serves without the shortcuts of `exohabit/fast`, with the same answers",
    )
    max_body_mib: int = _setting(32, _integer(1, 1024), "largest request body, MiB")
    large_kib: int = _setting(
        256,
        _integer(0, 1048576),
        "bodies above this, KiB, are judged in a process of their own, so that small requests "
        "need not wait for them; 0 for never",
    )
    large_requests: int = _setting(
        2,
        _integer(1, 64),
        "how many such requests a worker takes at a time, at most one fewer than its threads; one "
        "more is told 503 and `Retry-After`",
    )
    large_seconds: int = _setting(
        60,
        _integer(1, 3600),
        "how long such a request may take; then its process is ended, and the answer is 503",
    )
    keys_file: Path | None = _setting(
        None, _path, "file of the keys that may call; without it anybody may"
    )
    rate_limit: str | None = _setting(
        None,
        _rate,
        "what each key, or each address without keys, may ask: `600/minute`, or several: "
        "`20/second; 5000/day`",
    )
    redis: str | None = _setting(
        None,
        _redis,
        "where limits are counted for all workers and machines: `redis://:password@host:6379/0`; "
        "without it each worker counts for itself",
    )
    proxies: int = _setting(
        0,
        _integer(0, 10),
        "trusted proxies in front, whose word on the client's address and scheme is taken",
    )
    trusted_hosts: tuple[str, ...] = _setting(
        (),
        _hosts,
        "names by which the service may be called, separated by commas, `.example.org` with all "
        "below it; without it any",
    )
    origins: tuple[str, ...] = _setting(
        (),
        _origins,
        "origins whose pages may call the service from a browser, separated by commas; `*` for all",
    )
    log: str = _setting(
        "auto",
        _one_of("auto", "json", "text", "off"),
        "a line for each request on standard output: `json`, `text`, `off`; `auto` is text on a "
        "terminal and JSON elsewhere",
    )

    @property
    def max_body(self) -> int:
        """Largest request body, bytes."""
        return self.max_body_mib * 2**20

    @property
    def bundle_options(self) -> dict[str, Any]:
        """The arguments of `Bundle.load`."""
        return {
            "root": self.model_root,
            "fast_engines": self.engine == TREES,
            "sha256": self.model_sha256,
        }

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings:
        """Read the settings from environment variables, and the file that one of them may name.

        A variable without a text is as none.

        Raises:
            SettingError: a variable with our prefix or a name in the file is no setting, its value
                is not possible, or the file cannot be read.
        """
        given = {key: text for key, text in environ.items() if key.startswith(PREFIX) and text}
        for key in ("HOST", "PORT"):  # as many hosting platforms set them
            if environ.get(key):
                given.setdefault(PREFIX + key, environ[key])
        file = given.pop(FILE, None)
        in_file = _read_file(Path(file)) if file else {}
        names = {each.name: each.metadata["read"] for each in fields(cls)}
        values = {}
        for source, key, text in (
            *((file, key, text) for key, text in in_file.items()),
            *((None, key, text) for key, text in given.items()),
        ):
            name = key if source else key.removeprefix(PREFIX).lower()
            where = f"{key} in {source}" if source else key
            if name not in names or (not source and key != PREFIX + name.upper()):
                raise SettingError(f"{where} is no setting of ExoHabit{_meant(key, names, source)}")
            values[name] = _value(where, text, names[name])
        return cls(**values)

    def described(self) -> list[tuple[str, str]]:
        """Return the settings as variables and their text, secrets masked."""
        return [
            (PREFIX + each.name.upper(), _shown(getattr(self, each.name))) for each in fields(self)
        ]


def table() -> str:
    """Return the settings as the README's table."""
    rows = ["| environment variable | default | meaning |", "|---|---|---|"]
    for each in fields(Settings):
        default = each.metadata["shown"] or _shown(each.default) or "none"
        rows.append(f"| `{PREFIX}{each.name.upper()}` | {default} | {each.metadata['meaning']} |")
    return "\n".join(rows)


def _read_file(path: Path) -> dict[str, str]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingError(f"{FILE}: {path} cannot be read ({error.strerror})") from error
    except ValueError as error:  # as of TOML and of UTF-8
        raise SettingError(f"{FILE}: {path} is no TOML ({error})") from error
    return {name: _as_text(value) for name, value in content.items()}


def _as_text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _meant(key: str, names: Mapping[str, Any], source: str | None) -> str:
    known = list(names) if source else [PREFIX + name.upper() for name in names]
    near = difflib.get_close_matches(key, known, n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _value(where: str, text: str, read: Callable[[str], Any]) -> Any:
    try:
        return read(text)
    except ValueError as error:
        shown = "…" if read is _redis else text  # it may hold a password, anywhere
        raise SettingError(f'{where} is "{shown}"; expected {error}') from error


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    return "" if value is None else _masked(str(value))


def _masked(text: str) -> str:
    """Hide user and password of an address, whatever they are made of."""
    return re.sub(r"//.*@", "//***@", text)
