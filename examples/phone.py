"""Ask ExoHabit as a phone would: in few bytes.

Prints the size of each answer: whole, narrowed by ?fields= and ?top=, compressed, and requested
again when nothing has changed. Needs nothing but Python and a running service:

    python examples/phone.py [http://127.0.0.1:5000]
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import urllib.error
import urllib.request
from email.message import Message
from pathlib import Path
from typing import Any

# No proxy for this machine, even if http_proxy is set.
os.environ["no_proxy"] = f"127.0.0.1,localhost,{os.environ.get('no_proxy', '')}"
PLANET = "/predict?pl_rade=1.1&pl_bmasse=0.9&pl_orbper=365&pl_eqt=288&st_spectype=G"
CATALOG = Path(__file__).with_name("known_planets.json")


def ask(url: str, body: bytes | None = None, **headers: str) -> tuple[int, Message, bytes]:
    """Get an address, or post JSON to it; return status, headers and undecoded body."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        sent["Content-Type"] = "application/json"
    try:
        request = urllib.request.Request(url, body, sent)
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        if error.code == 304:  # not modified: the phone uses the answer that it has
            return error.code, error.headers, b""
        sys.exit(f"{error.code}: {error.read().decode()}")
    except urllib.error.URLError:
        sys.exit(f"Nothing is listening at {url}. Start ExoHabit with: make run")


def show(what: str, status: int, body: bytes) -> None:
    """Print the size of an answer."""
    print(f"{status} {len(body):6d} bytes  {what}")


def main() -> None:
    """Ask for one planet three times, then for a ranking three times."""
    service = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:5000"

    status, _, body = ask(service + PLANET)
    show("one planet, everything", status, body)
    status, headers, body = ask(f"{service}{PLANET}&fields=score,label")
    show("the same, ?fields=score,label", status, body)
    kept: dict[str, Any] = json.loads(body)
    status, _, body = ask(f"{service}{PLANET}&fields=score,label", If_None_Match=headers["ETag"])
    show("the same again, If-None-Match", status, body)

    catalog = CATALOG.read_bytes()
    status, _, body = ask(f"{service}/rank", catalog)
    show("a ranking, everything", status, body)
    status, headers, body = ask(f"{service}/rank", catalog, Accept_Encoding="gzip")
    show(f"the same, {headers['Content-Encoding']}", status, body)
    whole = json.loads(gzip.decompress(body))
    status, _, body = ask(f"{service}/rank?top=3&fields=name,score", catalog)
    show("the best three, ?top=3&fields=name,score", status, body)
    best = json.loads(body)["ranked_planets"]

    print(f"the planet: {kept['score']:.4f}, {kept['label']}")
    print(f"the best of {len(whole['ranked_planets'])}: {', '.join(p['name'] for p in best)}")


if __name__ == "__main__":
    main()
