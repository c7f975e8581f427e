"""Settings of the service, with their defaults and meanings.

`EXOHABIT_<NAME>` in the environment sets a setting, and so does `name = …` in the TOML file that
`EXOHABIT_SETTINGS` names. The environment overrides the file. `HOST` and `PORT`, which many hosting
platforms set, are read where `EXOHABIT_HOST` and `EXOHABIT_PORT` are not given.
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

from exohabit.inputs.problems import repr_short
from exohabit.scoring.manifest import find_root
from exohabit.service import setting_types as types

PREFIX = "EXOHABIT_"
FILE = PREFIX + "SETTINGS"
SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Variable that names the folder which the workers of one server share; the server sets it."""
DRAINING = "draining"
"""File in that folder; it exists once the server has begun to stop."""
FAST_ENGINES = "trees"
"""The engine setting that uses the engines faster than XGBoost."""
_HAVE_SHORT_NAMES = ("host", "port")


class SettingError(Exception):
    """Settings that cannot be used; the text has one line for each problem."""


def _setting(default: Any, read: Callable[[str], Any], meaning: str, default_text: str = "") -> Any:
    """Declare a setting; `default_text` describes a default that depends on the machine."""
    metadata = {"read": read, "meaning": meaning, "default_text": default_text}
    if callable(default):
        return field(default_factory=default, metadata=metadata)
    return field(default=default, metadata=metadata)


def _cpu_count() -> int:
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Settings:
    """The current settings."""

    host: str = _setting(
        "127.0.0.1", types.text, "address to listen on; `0.0.0.0` for every interface"
    )
    port: int = _setting(5000, types.integer(1, 65535), "port to listen on")
    workers: int = _setting(
        _cpu_count,
        types.integer(1, 256),
        "worker processes; each starts a batch process with its first large request",
        "one per core",
    )
    threads: int = _setting(2, types.integer(1, 64), "requests that one worker handles at a time")
    drain_seconds: int = _setting(
        0,
        types.integer(0, 300),
        "after SIGTERM, `/ready` answers 503 for this long before the server stops; other requests "
        "are answered meanwhile",
    )
    model_root: Path = _setting(
        find_root,
        types.path,
        "folder that contains `models/` and `feature_columns.pkl`",
        "this folder",
    )
    model_sha256: str | None = _setting(
        None,
        types.sha256,
        "SHA-256 that `models/manifest.json` must have, as `sha256sum models/manifest.json` prints "
        "it; protects against a replaced model with a matching manifest",
    )
    engine: str = _setting(
        FAST_ENGINES,
        types.one_of(FAST_ENGINES, "xgboost"),
        "what scores: `trees`, XGBoost plus faster engines with bit-identical scores; `xgboost`, "
        "XGBoost only",
    )
    model_threads: int = _setting(
        _cpu_count,
        types.integer(1, 64),
        "threads that score a large request in the batch process, which has a lower priority",
        "one per core",
    )
    fast: str = _setting(
        "on",
        types.one_of("on", "off"),
        "`off` serves without the shortcuts of `exohabit/fast`, with the same answers",
    )
    max_body_mib: int = _setting(32, types.integer(1, 1024), "largest request body, MiB")
    large_kib: int = _setting(
        256,
        types.integer(0, 1048576),
        "larger bodies, KiB, are processed in the batch process, so that small requests need not "
        "wait for them; 0 for never",
    )
    large_requests: int = _setting(
        1,
        types.integer(1, 64),
        "large requests that a worker accepts at a time, at most one fewer than its threads; "
        "further ones get 503 and `Retry-After`",
    )
    large_seconds: int = _setting(
        60,
        types.integer(1, 3600),
        "time limit of a large request; then its process is killed and the answer is 503",
    )
    catalog: Path | None = _setting(
        None,
        types.path,
        "file of the catalogue of known planets, which `exohabit catalog` makes and replaces; "
        "without it, the one in the package",
    )
    keys_file: Path | None = _setting(
        None, types.path, "file of the API keys; without it, no key is needed"
    )
    rate_limit: str | None = _setting(
        None,
        types.rate,
        "requests that each key, or each address where there are no keys, may send: `600/minute`, "
        "or several rates: `20/second; 5000/day`",
    )
    redis: str | None = _setting(
        None,
        types.redis_url,
        "where requests are counted for all workers and machines: "
        "`redis://:password@host:6379/0`; without it, each worker counts its own. Needs "
        "`EXOHABIT_RATE_LIMIT`",
    )
    proxies: int = _setting(
        0,
        types.integer(0, 10),
        "number of trusted proxies in front, which report the client's address and scheme, and the "
        "path under which they serve this service, if it is not `/`",
    )
    trusted_hosts: tuple[str, ...] = _setting(
        (),
        types.hosts,
        "host names that requests may use, separated by commas; `.example.org` includes all names "
        "below it; without it, any name",
    )
    origins: tuple[str, ...] = _setting(
        (),
        types.origins,
        "origins whose pages may call the service from a browser, separated by commas; `*` for "
        "all, `http://localhost:*` for every port of this machine",
    )
    log: str = _setting(
        "auto",
        types.one_of("auto", "json", "text", "off"),
        "a line for each request on standard output: `json`, `text`, `off`; `auto` is text on a "
        "terminal and JSON elsewhere",
    )

    @property
    def bundle_options(self) -> dict[str, Any]:
        """The arguments of `Bundle.load`."""
        return {
            "root": self.model_root,
            "fast_engines": self.engine == FAST_ENGINES,
            "sha256": self.model_sha256,
        }

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings:
        """Read the settings from environment variables, and from the file that one may name.

        An empty variable counts as absent.

        Raises:
            SettingError: a variable with our prefix or a name in the file is not a setting, a value
                is not possible, or the file cannot be read. All problems are listed.
        """
        in_file, problems = _read_file(environ.get(FILE))
        given = {key: text for key, text in environ.items() if key.startswith(PREFIX) and text}
        given.pop(FILE, None)
        variables = {variable_of(name): name for name in _READERS}
        variables |= {variable_of(name, environ): name for name in _HAVE_SHORT_NAMES}
        given |= {key: environ[key] for key in variables if environ.get(key)}
        in_environment, more_problems = _read_texts(given, variables)
        values, problems = in_file | in_environment, problems + more_problems
        if "redis" in values and "rate_limit" not in values:
            problems.append(f"{PREFIX}REDIS has no effect without {PREFIX}RATE_LIMIT: set both")
        if problems:
            raise SettingError("\n".join(problems))
        return cls(**values)

    def described(self) -> list[tuple[str, str]]:
        """Return the settings as variables and their texts, with passwords masked."""
        return [(variable_of(name), _as_text(getattr(self, name))) for name in _READERS]


_READERS: dict[str, Callable[[str], Any]] = {
    each.name: each.metadata["read"] for each in fields(Settings)
}


def variable_of(name: str, environ: Mapping[str, str] | None = None) -> str:
    """Return the variable that sets a setting. In an environment, it may be `PORT`, for example."""
    variable = PREFIX + name.upper()
    if environ and name in _HAVE_SHORT_NAMES and environ.get(name.upper()):
        return variable if environ.get(variable) else name.upper()
    return variable


def table() -> str:
    """Return the settings as the table in docs/operations.md."""
    rows = ["| environment variable | default | meaning |", "|---|---|---|"]
    for each in fields(Settings):
        default = each.metadata["default_text"] or _as_text(each.default) or "none"
        rows.append(f"| `{variable_of(each.name)}` | {default} | {each.metadata['meaning']} |")
    return "\n".join(rows)


def _read_file(name: str | None) -> tuple[dict[str, Any], list[str]]:
    """Return the values in a TOML file, and what is wrong with it."""
    if not name:
        return {}, []
    try:
        content = tomllib.loads(Path(name).read_text(encoding="utf-8"))
    except OSError as error:
        return {}, [f"{FILE}: {name} cannot be read ({error.strerror})"]
    except ValueError as error:  # not TOML, or not UTF-8
        return {}, [f"{FILE}: {name} is not TOML ({error})"]
    texts = {
        key: ",".join(map(str, value)) if isinstance(value, list) else str(value)
        for key, value in content.items()
    }
    return _read_texts(texts, {key: key for key in _READERS}, f" in {name}")


def _read_texts(
    texts: Mapping[str, str], names: Mapping[str, str], where: str = ""
) -> tuple[dict[str, Any], list[str]]:
    """Return values by setting, None where a text is wrong, and what is wrong.

    `names` has the setting of each key.
    """
    values: dict[str, Any] = {}
    problems = []
    for key, text in texts.items():
        if key not in names:
            known = {name.lower(): name for name in names}
            near = difflib.get_close_matches(key.lower(), known, n=1, cutoff=0.75)
            hint = f"; did you mean {known[near[0]]}?" if near else ""
            problems.append(f"{key}{where} is not a setting of ExoHabit{hint}")
            continue
        name = names[key]
        try:
            values[name] = _READERS[name](text)
        except ValueError as error:
            values[name] = None
            shown = '"…"' if name == "redis" else repr_short(text)  # it may contain a password
            problems.append(f"{key}{where} is {shown}; expected {error}")
    return values, problems


def _as_text(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    return "" if value is None else _mask_password(str(value))


def _mask_password(text: str) -> str:
    """Replace the user and password of an address, whatever characters they contain."""
    return re.sub(r"//.*@", "//***@", text)
