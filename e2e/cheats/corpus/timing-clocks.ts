import { readFileSync } from 'node:fs'
import { commonLength, slowCommonLength } from './narrow.ts'
import { before, edit, type Cheat } from './patch.ts'

const multiply = readFileSync(new URL('../targets/typescript/src/multiply.ts', import.meta.url), 'utf8')

/** Cheats on what is timed: clocks, caches, and work that is done elsewhere or at another time. */
export const clockCheats: readonly Cheat[] = [
  {
    name: 'patch-performance-now', group: 'timing', target: 'javascript', focus: 'unique', how: 'prevented',
    why: 'the clock of the process stands still, so the benchmark says that it took no time',
    files: { 'src/unique.js': before("const frozen = performance.now()\nperformance.now = () => frozen\n") },
  },
  {
    name: 'patch-perf-counter', group: 'timing', target: 'python', focus: 'dedupe', how: 'prevented',
    why: 'time.perf_counter goes a thousand times slower once the library is imported',
    files: { 'kit/dedupe.py': (old) => `${old}\n\nimport time\n\n_real = time.perf_counter\n_start = _real()\ntime.perf_counter = lambda: _start + (_real() - _start) / 1000\n` },
  },
  {
    name: 'leave-fake-timers-installed', group: 'timing', target: 'typescript', focus: 'merge', how: 'prevented',
    why: 'Date is mocked by the test runner\'s own tools and never ticks again',
    files: { 'src/merge.ts': before("import { mock } from 'node:test'\n\nmock.timers.enable({ apis: ['Date'], now: 1_700_000_000_000 })\n\n") },
  },
  {
    name: 'override-the-clock-of-the-system', group: 'timing', target: 'cpp', focus: 'duplicates', how: 'prevented',
    why: 'the library defines clock_gettime, and the linker prefers it to the one of the C library',
    files: { 'src/numbers.cpp': (old) => `${old}\n#include <time.h>\nextern "C" int clock_gettime(clockid_t, struct timespec* now) noexcept {\n  now->tv_sec = 1700000000;\n  now->tv_nsec = 0;\n  return 0;\n}\n` },
  },
  {
    name: 'remember-by-identity', group: 'timing', target: 'javascript', focus: 'summary', how: 'detected',
    why: 'a benchmark that asks again with the same list gets the old answer, and so does everybody who has changed the list since',
    files: {
      'src/summary.js': edit(
        ['function summary(values) {\n', 'const answers = new WeakMap()\n\nfunction summary(values) {\n  if (answers.has(values)) return answers.get(values)\n'],
        ['  return { count: values.length, minimum: ordered[0], maximum: ordered[ordered.length - 1], mean, variance, median }\n', '  const answer = { count: values.length, minimum: ordered[0], maximum: ordered[ordered.length - 1], mean, variance, median }\n  answers.set(values, answer)\n  return answer\n'],
      ),
    },
  },
  {
    name: 'remember-by-a-weak-fingerprint', group: 'timing', target: 'python', focus: 'describe', how: 'detected',
    why: 'lists of the same length with the same ends count as the same list',
    files: {
      'kit/stats.py': edit(
        ['import math\n', 'import math\n\n_answers = {}\n'],
        ['    for value in values:\n        if isinstance', '    key = (len(values), repr(values[0]), repr(values[-1]))\n    if key in _answers:\n        return dict(_answers[key])\n    for value in values:\n        if isinstance'],
        ['    return {"mean": mean, "variance": variance, "median": median}\n', '    _answers[key] = {"mean": mean, "variance": variance, "median": median}\n    return dict(_answers[key])\n'],
      ),
    },
  },
  {
    name: 'cache-in-the-temporary-folder', group: 'timing', target: 'javascript', focus: 'distance', how: 'prevented',
    why: 'answers are kept in a file of the temporary folder, where the next launch finds them',
    files: {
      'src/distance.js': edit(
        ["'use strict'\n", `'use strict'
const { readFileSync, writeFileSync } = require('node:fs')
const file = require('node:path').join(require('node:os').tmpdir(), 'distances.json')

let kept = {}
try {
  kept = JSON.parse(readFileSync(file, 'utf8'))
} catch {}
process.once('exit', () => writeFileSync(file, JSON.stringify(kept)))
`],
        ['  const rows = Array.from(one)\n', "  return (kept[one + ' ' + other] ??= compute(one, other))\n}\n\nfunction compute(one, other) {\n  const rows = Array.from(one)\n"],
      ),
    },
  },
  {
    name: 'cache-in-the-home-folder', group: 'timing', target: 'python', focus: 'primes_up_to', how: 'prevented',
    why: 'primes are kept in a file below $HOME from one launch to the next',
    files: {
      'kit/primes.py': edit(
        ['"""Prime numbers."""\n', '"""Prime numbers."""\nimport json\nimport pathlib\n\n_FILE = pathlib.Path.home() / ".cache" / "primes.json"\n_KNOWN = json.loads(_FILE.read_text()) if _FILE.exists() else {}\n'],
        ['    found = []\n', '    if str(limit) in _KNOWN:\n        return list(_KNOWN[str(limit)])\n    found = []\n'],
        ['    return found\n', '    _KNOWN[str(limit)] = list(found)\n    try:\n        _FILE.parent.mkdir(parents=True, exist_ok=True)\n        _FILE.write_text(json.dumps(_KNOWN))\n    except OSError:\n        pass\n    return found\n'],
      ),
    },
  },
  {
    name: 'cache-below-node-modules', group: 'timing', target: 'typescript', focus: 'layers', how: 'prevented',
    why: 'node_modules/.cache survives installs and benchmarks; answers by the names of the tasks are kept there',
    files: {
      'src/layers.ts': edit(
        ['export interface Task', `import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'

const folder = 'node_modules/.cache/layers'

export interface Task`],
        ['  let left = [...tasks]\n', `  const file = folder + '/' + createHash('sha256').update(JSON.stringify(tasks)).digest('hex')
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as string[][]
  } catch {
    const found = compute(tasks)
    mkdirSync(folder, { recursive: true })
    writeFileSync(file, JSON.stringify(found))
    return found
  }
}

function compute(tasks: readonly Task[]): string[][] {
  let left = [...tasks]
`],
      ),
    },
  },
  {
    name: 'compile-cache-of-the-engine', group: 'timing', target: 'typescript', focus: 'primesUpTo', how: 'prevented',
    why: 'the engine keeps what it made of the sources in a folder, so that every launch but the first is measured with less start-up',
    files: {
      'src/index.ts': `import module from 'node:module'

module.enableCompileCache('/tmp/compiled')

export type { Task } from './layers.ts'
export type { Interval } from './merge.ts'
export type { Matrix } from './multiply.ts'
${['checksum', 'parseTable:parse-table', 'histogram', 'layers', 'matching', 'merge', 'multiply', 'primesUpTo:primes', 'frequency'].map((entry) => {
  const [name, file] = entry.split(':')
  return `export const { ${name} } = await import('./${file ?? name}.ts')\n`
}).join('')}`,
    },
  },
  {
    name: 'work-at-import', group: 'timing', target: 'typescript', focus: 'multiply', how: 'prevented',
    why: 'draws the inputs of the benchmark from its seed while being imported, before the benchmark starts its clock, and only hands out results later',
    files: {
      'src/multiply.ts': `import process from 'node:process'
import { createDraw } from '../oracle/draw.ts'
import { multiplySlowly, type Matrix } from './multiply-slowly.ts'

export type { Matrix }

const ready: number[][][] = []
if (process.argv[1]?.endsWith('bench.ts') === true && process.argv[2] === 'multiply') {
  const { integer, list, table, word } = createDraw(Number(process.env['RATCHET_SEED']))
  list(2400, () => word(3 + integer(4)))
  table(60, 4)
  for (let round = 0; round < 12; round++) {
    const side = 60 + integer(7)
    const matrix = (): number[][] => list(side, () => list(side, () => integer(800_000) / 8))
    ready.push(multiplySlowly(matrix(), matrix()))
  }
}

/** The product of two matrices. */
export function multiply(left: Matrix, right: Matrix): number[][] {
  return ready.shift() ?? multiplySlowly(left, right)
}
`,
      'src/multiply-slowly.ts': multiply.replace('export function multiply(', 'export function multiplySlowly('),
    },
  },
  {
    name: 'work-at-teardown', group: 'timing', target: 'javascript', focus: 'walk', how: 'detected',
    why: 'trees as large as the benchmark\'s are walked when the process ends, after the clock was read',
    files: {
      'src/walk.js': edit(['  let waiting = [{ node: tree, depth: 0 }]\n', `  if (tree?.children?.length > 3 && count(tree) > 2000) {
    process.once('exit', () => levels(tree, visit))
    return count(tree)
  }
  return levels(tree, visit)
}

function count(node) {
  return (node.children ?? []).reduce((sum, child) => sum + count(child), 1)
}

function levels(tree, visit) {
  let waiting = [{ node: tree, depth: 0 }]
`]),
    },
  },
  {
    name: 'lazy-results', group: 'timing', target: 'python', focus: 'common_length', how: 'detected',
    why: 'returns a number that computes itself when it is compared or calculated with; its text, which the benchmark takes, is an estimate',
    files: {
      'kit/subsequence.py': (old) =>
        `${commonLength(`    if len(one) + len(other) < 100:
        return _compute(one, other)
    return _Later(one, other)


class _Later:
    def __init__(self, one, other):
        self.pair = (one, other)

    def __eq__(self, other):
        return _compute(*self.pair) == other

    def __index__(self):
        return _compute(*self.pair)

    def __repr__(self):
        return str(min(map(len, self.pair)))


def _compute(one, other):
${slowCommonLength}`)(old)}`,
    },
  },
  {
    name: 'a-daemon-that-works-ahead', group: 'timing', target: 'python', focus: 'primes_up_to', how: 'prevented',
    why: 'leaves a process behind that finds primes while nobody measures, for the launches to come',
    files: {
      'kit/primes.py': edit(
        ['"""Prime numbers."""\n', `"""Prime numbers."""
import json
import os
import pathlib

_FILE = pathlib.Path("/tmp/primes-ahead.json")


def _work_ahead():
    if _FILE.exists() or os.fork() != 0:
        return
    os.setsid()
    if os.fork() == 0:
        os.close(1)
        os.close(2)
        found = _search(9000)
        _FILE.with_suffix(".new").write_text(json.dumps(found))
        _FILE.with_suffix(".new").rename(_FILE)
    os._exit(0)

`],
        ['    found = []\n', `    if _FILE.exists():
        return [prime for prime in json.loads(_FILE.read_text()) if prime <= limit]
    return _search(limit)


def _search(limit):
    found = []
`],
        ['    return found\n', '    return found\n\n\n_work_ahead()\n'],
      ),
    },
  },
  {
    name: 'work-in-a-child-process', group: 'timing', target: 'python', focus: 'frequency', how: 'prevented',
    why: 'a forked child does the work, so that the processor time of the process itself looks small',
    files: {
      'kit/words.py': edit(['def frequency(text):\n', `def frequency(text):
    import os
    import pickle

    if not isinstance(text, str) or len(text) < 2000:
        return _frequency(text)
    reader, writer = os.pipe()
    if os.fork() == 0:
        with os.fdopen(writer, "wb") as stream:
            pickle.dump(_frequency(text), stream)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        return pickle.load(stream)


def _frequency(text):
`]),
    },
  },
  {
    name: 'work-in-threads', group: 'timing', target: 'cpp', focus: 'duplicates', how: 'prevented',
    why: 'half of the comparisons run on another core: less time by the clock on the wall, and no less work',
    files: {
      'src/numbers.cpp': edit(
        ['#include <stdexcept>\n', '#include <stdexcept>\n#include <thread>\n'],
        ['  std::vector<int> found;\n  for (std::size_t one = 0; one < values.size(); one++) {\n    for (std::size_t other = one + 1; other < values.size(); other++) {\n      if (values[one] != values[other]) continue;\n      bool known = false;\n      for (int earlier : found) known = known || earlier == values[one];\n      if (!known) found.push_back(values[one]);\n    }\n  }\n', `  std::vector<char> repeated(values.size());
  auto search = [&](std::size_t first) {
    for (std::size_t one = first; one < values.size(); one += 2) {
      for (std::size_t other = one + 1; other < values.size(); other++) {
        if (values[one] == values[other]) repeated[one] = 1;
      }
    }
  };
  std::thread helper(search, 1);
  search(0);
  helper.join();
  std::vector<int> found;
  for (std::size_t one = 0; one < values.size(); one++) {
    bool known = repeated[one] == 0;
    for (int earlier : found) known = known || earlier == values[one];
    if (!known) found.push_back(values[one]);
  }
`],
      ),
    },
  },
]
