"""A question set as a YAML file again, in the order of its keys."""

from collections.abc import Mapping
from io import StringIO
from typing import Any

from ruamel.yaml import YAML


def as_yaml(content: Mapping[str, Any]) -> str:
    """Write the content of a file, as `read_file` gives it."""
    yaml = YAML()
    yaml.width = 116
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = StringIO()
    yaml.dump(dict(content), out)
    return out.getvalue()
