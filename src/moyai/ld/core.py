"""The core @context of NGSI-LD, bundled.

Source: ETSI GS CIM 009 V1.9.1, annex B. The files are ETSI's, BSD-3-Clause.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

URL = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld"
"""Of the newest core @context, which every older one means too."""

NAMESPACE = "https://uri.etsi.org/ngsi-ld/"
DEFAULT = "https://uri.etsi.org/ngsi-ld/default-context/"
"""The @vocab: where a name goes that no @context knows."""

_ANY_VERSION = re.compile(r"https?://uri\.etsi\.org/ngsi-ld/v1/ngsi-ld-core-context(-v1\.\d+)?\.jsonld")


def is_core(url: str) -> bool:
    return _ANY_VERSION.fullmatch(url) is not None


@cache
def definitions() -> dict[str, Any]:
    """The term definitions of the newest core @context, as they stand in its file."""
    text = files("moyai.ld").joinpath("contexts", "ngsi-ld-core-context-v1.9.jsonld").read_text()
    context: dict[str, Any] = json.loads(text)["@context"]
    return context
