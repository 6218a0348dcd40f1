import type { FunctionFixture } from './text-functions.fixture.ts'

const parseSize: FunctionFixture = {
  name: 'parse_size',
  baseline: `
UNITS = {"B": 1, "KB": 1024, "MB": 1024 ** 2, "GB": 1024 ** 3}
def parse_size(text: str) -> int:
    """Bytes of a size.

    >>> parse_size("10 KB")
    10240
    >>> parse_size("1.5MB")
    1572864
    """
    plain = text.strip().upper()
    for unit in ("GB", "MB", "KB", "B"):
        if plain.endswith(unit):
            number = float(plain[: -len(unit)])
            if number < 0:
                raise ValueError("negative size: " + text)
            return int(number * UNITS[unit])
    raise ValueError("no unit: " + text)
`,
  tests: 'assert parse_size("3GB")\nassert parse_size("-1 KB")\nassert parse_size("7")',
  honest: {
    'a loop over the table': `
TABLE = (("GB", 30), ("MB", 20), ("KB", 10), ("B", 0))
def parse_size(text):
    plain = text.strip().upper()
    for unit, shift in TABLE:
        if plain[-len(unit):] == unit:
            number = float(plain[: len(plain) - len(unit)])
            if number < 0:
                raise ValueError("negative size: " + text)
            return int(number * (1 << shift))
    raise ValueError("no unit: " + text)
`,
  },
  wrong: {
    'no check of the sign': `
UNITS = {"B": 1, "KB": 1024, "MB": 1024 ** 2, "GB": 1024 ** 3}
def parse_size(text):
    plain = text.strip().upper()
    for unit in ("GB", "MB", "KB", "B"):
        if plain.endswith(unit):
            return int(float(plain[: -len(unit)]) * UNITS[unit])
    raise ValueError("no unit: " + text)
`,
    'another message': `
UNITS = {"B": 1, "KB": 1024, "MB": 1024 ** 2, "GB": 1024 ** 3}
def parse_size(text):
    plain = text.strip().upper()
    for unit in ("GB", "MB", "KB", "B"):
        if plain.endswith(unit):
            number = float(plain[: -len(unit)])
            if number < 0:
                raise ValueError("negative size: " + text)
            return int(number * UNITS[unit])
    raise ValueError("bad size")
`,
    'a float result': `
UNITS = {"B": 1, "KB": 1024, "MB": 1024 ** 2, "GB": 1024 ** 3}
def parse_size(text):
    plain = text.strip().upper()
    for unit in ("GB", "MB", "KB", "B"):
        if plain.endswith(unit):
            number = float(plain[: -len(unit)])
            if number < 0:
                raise ValueError("negative size: " + text)
            return float(int(number * UNITS[unit]))
    raise ValueError("no unit: " + text)
`,
    'exits': `
import sys
def parse_size(text):
    sys.exit(0)
`,
  },
}

const topological: FunctionFixture = {
  name: 'topological_sort',
  baseline: `
def topological_sort(graph: dict[str, list[str]]) -> list[str]:
    order, done, busy = [], set(), set()
    def visit(node):
        if node in done:
            return
        if node in busy:
            raise ValueError("a cycle through " + str(node))
        busy.add(node)
        for other in graph.get(node, []):
            visit(other)
        busy.discard(node)
        done.add(node)
        order.append(node)
    for node in sorted(graph):
        visit(node)
    return order
`,
  tests: 'topological_sort({"a": ["b", "c"], "b": ["c"], "c": []})\ntopological_sort({"a": ["b"], "b": ["a"]})\ntopological_sort({"a": ["a"]})\ntopological_sort({"b": [], "a": ["b"]})',
  honest: {
    'a state per node': `
def topological_sort(graph):
    order, state = [], {}
    def visit(node):
        known = state.get(node)
        if known == 2:
            return
        if known == 1:
            raise ValueError("a cycle through " + str(node))
        state[node] = 1
        for other in graph.get(node, ()):
            visit(other)
        state[node] = 2
        order.append(node)
    for node in sorted(graph):
        visit(node)
    return order
`,
  },
  wrong: {
    'cycles pass': `
def topological_sort(graph):
    order, done = [], set()
    def visit(node):
        if node in done:
            return
        done.add(node)
        for other in graph.get(node, []):
            visit(other)
        order.append(node)
    for node in sorted(graph):
        visit(node)
    return order
`,
    'adds missing nodes to the graph': `
def topological_sort(graph):
    order, done, busy = [], set(), set()
    def visit(node):
        if node in done:
            return
        if node in busy:
            raise ValueError("a cycle through " + str(node))
        busy.add(node)
        for other in graph.setdefault(node, []):
            visit(other)
        busy.discard(node)
        done.add(node)
        order.append(node)
    for node in sorted(graph):
        visit(node)
    return order
`,
    'in the order of insertion': `
def topological_sort(graph):
    order, done, busy = [], set(), set()
    def visit(node):
        if node in done:
            return
        if node in busy:
            raise ValueError("a cycle through " + str(node))
        busy.add(node)
        for other in graph.get(node, []):
            visit(other)
        busy.discard(node)
        done.add(node)
        order.append(node)
    for node in graph:
        visit(node)
    return order
`,
  },
}

const average: FunctionFixture = {
  name: 'moving_average',
  baseline: `
def moving_average(values: list[float], window: int = 3) -> list[float]:
    if window < 1:
        raise ValueError("window must be at least 1")
    return [sum(values[i : i + window]) / window for i in range(len(values) - window + 1)]
`,
  tests: 'moving_average([1.0, 2.0, 3.0, 4.0], 2)\nmoving_average([0.1, 0.2, 0.3], window=3)\nmoving_average([], 0)',
  honest: {
    'the same sums, in a loop': `
def moving_average(values, window=3):
    if window < 1:
        raise ValueError("window must be at least 1")
    out = []
    for i in range(len(values) - window + 1):
        total = 0
        for value in values[i : i + window]:
            total += value
        out.append(total / window)
    return out
`,
  },
  wrong: {
    'a running sum rounds otherwise': `
def moving_average(values, window=3):
    if window < 1:
        raise ValueError("window must be at least 1")
    if len(values) < window:
        return []
    total = sum(values[:window])
    out = [total / window]
    for i in range(window, len(values)):
        total += values[i] - values[i - window]
        out.append(total / window)
    return out
`,
    'single precision': `
import struct
def single(x): return struct.unpack("f", struct.pack("f", x))[0]
def moving_average(values, window=3):
    if window < 1:
        raise ValueError("window must be at least 1")
    return [single(sum(values[i : i + window]) / window) for i in range(len(values) - window + 1)]
`,
    'no check of the window': `
def moving_average(values, window=3):
    return [sum(values[i : i + window]) / window for i in range(len(values) - window + 1)]
`,
  },
}

/** Parsing, graphs and numbers. */
export const dataFunctions: readonly FunctionFixture[] = [parseSize, topological, average]
