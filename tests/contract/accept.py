"""Take what was added to the API into what it promises.

    python -m tests.contract.accept [--breaking]

Run it when additions are released; from then on they cannot be taken back. With
`--breaking` it takes what breaks clients as well: never do that to a `/v1` in use.
"""

import json
import sys
from pathlib import Path

from service.api import OPERATIONS, document
from tests.contract.breaking import breaks, relied_on

PROMISED = Path(__file__).parents[2] / "service" / "api" / "openapi-v1.json"


def main(*said: str) -> int:
    """Write the promise anew, unless that would take something from it."""
    now = relied_on(json.loads(json.dumps(document(OPERATIONS, version="1"))))
    if PROMISED.exists() and "--breaking" not in said:
        broken = list(breaks(json.loads(PROMISED.read_text("utf-8")), now))
        if broken:
            sys.stderr.write("\n".join((*broken, "")))
            return 1
    text = json.dumps(now, indent=1, sort_keys=True, ensure_ascii=False)
    PROMISED.write_text(f"{text}\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
