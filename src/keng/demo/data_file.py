"""Reads a YAML file of the demo into a type; a mistake in it is reported with line and column.

Limit: 2 MiB a file. Errors are values: `Rejected(reason, "path:line:column")`.
"""

import re
from pathlib import Path
from typing import TypeVar

import msgspec
import yaml

from keng.model.rejected import Rejected

MAX_BYTES = 2 * 1024 * 1024
_STEP = re.compile(r"\[(\d+|\.\.\.)\]|\.([^.\[\]]+)")
T = TypeVar("T")


def read_data_file(path: Path, into: type[T]) -> T | Rejected:
    """The content of `path` as `into`, or why it is not one and where."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return Rejected(f"the file is larger than {MAX_BYTES} bytes", str(path))
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        return Rejected(str(problem), str(path))
    return parse_data(text, into, str(path))


def parse_data(text: str, into: type[T], name: str) -> T | Rejected:
    """The same from text; `name` stands in positions."""
    try:
        loader = yaml.CSafeLoader(text)
        node = loader.get_single_node()
        content = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark
        where = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        return Rejected(f"not YAML: {problem.problem}", where)
    except yaml.YAMLError as problem:
        return Rejected(f"not YAML: {problem}", name)
    try:
        return msgspec.convert(content, into, strict=True)
    except msgspec.ValidationError as problem:
        reason, _at, path = str(problem).partition(" - at `")
        return Rejected(reason, position(node, path.rstrip("`"), name))


def position(node: yaml.Node | None, path: str, name: str) -> str:
    """`name:line:column` of the place that a path like `$.steps[3].at` leads to, as far as it leads."""
    for index, key in _STEP.findall(path):
        if isinstance(node, yaml.SequenceNode) and index.isdigit() and int(index) < len(node.value):
            node = node.value[int(index)]
        elif isinstance(node, yaml.MappingNode):
            found = [value for k, value in node.value if k.value == key]
            if not found:
                break
            node = found[0]
        else:
            break
    if node is None:
        return name
    return f"{name}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"
