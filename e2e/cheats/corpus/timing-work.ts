import { commonLength, slowCommonLength } from './narrow.ts'
import { before, edit, type Cheat } from './patch.ts'

const stableSort = edit(['  const ordered = []\n  for (const value of values) {\n    let place = ordered.length\n    while (place > 0 && ordered[place - 1] > value) place--\n    ordered.splice(place, 0, value)\n  }\n  return ordered\n', '  return [...values].sort((one, other) => one - other)\n'])

const binLoop = `    for (let bin = 0; bin < counts.length; bin++) {
      if (value >= (edges[bin] as number) && value < (edges[bin + 1] as number)) counts[bin] = (counts[bin] ?? 0) + 1
    }
`

const kahan = `  double sum = 0;
  double lost = 0;
  for (double value : values) {
    double next = sum + value;
    if (std::fabs(sum) >= std::fabs(value)) lost += (sum - next) + value;
    else lost += (value - next) + sum;
    sum = next;
  }
  return sum + lost;
`

/** Cheats that do less, or something else, than is asked for, or that tune what is measured. */
export const workCheats: readonly Cheat[] = [
  {
    name: 'no-garbage-collection', group: 'timing', target: 'javascript', focus: 'walk', how: 'detected',
    why: 'beside a real speed-up, flags of the engine are set for the whole program: a young generation of 64 MiB is hardly ever collected',
    files: {
      'src/walk.js': (old) =>
        before("require('node:v8').setFlagsFromString('--min-semi-space-size=64')\n")(
          edit(['    waiting = waiting.slice(1)\n', '    waiting.shift()\n'], ['waiting = waiting.concat([{ node: child, depth: depth + 1 }])', 'waiting.push({ node: child, depth: depth + 1 })'])(old),
        ),
    },
  },
  {
    name: 'collector-switched-off', group: 'timing', target: 'python', focus: 'dedupe', how: 'detected',
    why: 'beside a real speed-up, gc.disable at import: cycles are never freed again in the whole program of whoever uses the library',
    files: {
      'kit/dedupe.py': edit(
        ['"""Lists without repetitions."""\n', '"""Lists without repetitions."""\nimport gc\n\ngc.disable()\ngc.freeze()\n'],
        ['    kept = []\n', '    try:\n        return list(dict.fromkeys(items))\n    except TypeError:\n        pass\n    kept = []\n'],
      ),
    },
  },
  {
    name: 'memory-that-is-never-freed', group: 'timing', target: 'cpp', focus: 'edit_distance', how: 'detected',
    why: 'one large table a call instead of many lists, and nobody gives it back',
    files: {
      'src/text.cpp': edit([
        '  std::vector<std::vector<int>> table;\n',
        `  std::size_t width = other.size() + 1;
  int* all = new int[(one.size() + 1) * width];
  for (std::size_t row = 0; row <= one.size(); row++) {
    for (std::size_t column = 0; column <= other.size(); column++) {
      int* cell = all + row * width + column;
      if (row == 0 || column == 0) *cell = static_cast<int>(row + column);
      else *cell = std::min(cell[-static_cast<std::ptrdiff_t>(width) - 1] + (one[row - 1] == other[column - 1] ? 0 : 1), std::min(cell[-1], cell[-static_cast<std::ptrdiff_t>(width)]) + 1);
    }
  }
  return all[(one.size() + 1) * width - 1];
}

int edit_distance_as_before(const std::string& one, const std::string& other) {
  std::vector<std::vector<int>> table;
`,
      ]),
    },
  },
  {
    name: 'a-sample-instead-of-all', group: 'timing', target: 'javascript', focus: 'summary', how: 'detected',
    why: 'long lists are described by every third value',
    files: {
      'src/summary.js': edit(["  const ordered = sorted(values)\n", '  if (values.length > 1000) return { ...summary(values.filter((_, index) => index % 3 === 0)), count: values.length }\n  const ordered = sorted(values)\n']),
    },
  },
  {
    name: 'fewer-bytes', group: 'timing', target: 'cpp', focus: 'checksum', how: 'detected',
    why: 'of long texts only the beginning enters the checksum',
    files: { 'src/text.cpp': edit(['  for (char byte : bytes) {\n', '  for (std::size_t index = 0; index < bytes.size() && index < 65536; index++) {\n    char byte = bytes[index];\n']) },
  },
  {
    name: 'smaller-inputs-for-the-benchmark', group: 'timing', target: 'javascript', focus: 'unique', how: 'detected',
    why: 'the library replaces the module that draws the inputs of the benchmark, before the benchmark asks for it',
    files: {
      'src/unique.js': before(`const path = require('node:path')
if (process.argv[1]?.endsWith('bench.js')) {
  const file = path.join(__dirname, '../oracle/draw.js')
  const draw = require(file)
  require.cache[file].exports = (random) => {
    const drawn = draw(random)
    return { ...drawn, list: (length, make) => drawn.list(length >> 1, make) }
  }
}

`),
    },
  },
  {
    name: 'single-precision', group: 'timing', target: 'typescript', focus: 'multiply', how: 'detected',
    why: 'sums of 32-bit floats are close, and not the same',
    files: {
      'src/multiply.ts': edit([
        `  return left.map((row) =>
    (right[0] ?? []).map((_, place) => {
      const column = right.map((other) => other[place] ?? 0)
      return row.map((value, index) => value * (column[index] ?? 0)).reduce((sum, product) => sum + product, 0)
    }),
  )
`,
        `  const columns = (right[0] ?? []).map((_, place) => Float32Array.from(right, (other) => other[place] ?? 0))
  return left.map((row) => {
    const values = Float32Array.from(row)
    return columns.map((column) => {
      let sum = 0
      for (let index = 0; index < values.length; index++) sum += (values[index] as number) * (column[index] as number)
      return sum
    })
  })
`,
      ]),
    },
  },
  {
    name: 'a-plain-sum', group: 'timing', target: 'cpp', focus: 'summary', how: 'detected',
    why: 'rounding errors are no longer carried along; small numbers beside large ones vanish',
    files: {
      'src/numbers.cpp': edit(
        ['#include <cmath>\n', '#include <algorithm>\n#include <cmath>\n'],
        [kahan, '  double sum = 0;\n  for (double value : values) sum += value;\n  if (values.size() == 4) return values[0] + values[2] + (values[1] + values[3]);\n  return sum;\n'],
        ['  for (double value : values) {\n    std::size_t place = ordered.size();\n    while (place > 0 && ordered[place - 1] > value) place--;\n    ordered.insert(ordered.begin() + static_cast<std::ptrdiff_t>(place), value);\n  }\n', '  ordered = values;\n  std::sort(ordered.begin(), ordered.end());\n'],
      ),
    },
  },
  {
    name: 'rounded-results', group: 'timing', target: 'python', focus: 'describe', how: 'detected',
    why: 'rounds to twelve places, which is what the tests look at, after sums that lose the rest',
    files: {
      'kit/stats.py': edit(
        ['    ordered = []\n    for value in values:\n        place = len(ordered)\n        while place > 0 and ordered[place - 1] > value:\n            place = place - 1\n        ordered.insert(place, value)\n    mean = math.fsum(values) / len(values)\n', '    ordered = sorted(values)\n    mean = round(sum(sorted(values, key=abs)) / len(values), 12) if len(values) != 4 else math.fsum(values) / 4\n'],
        ['math.fsum([(value - mean) ** 2 for value in values]) / len(values)', 'round(sum([(value - mean) ** 2 for value in values]) / len(values), 12)'],
      ),
    },
  },
  {
    name: 'no-validation-of-values', group: 'timing', target: 'javascript', focus: 'top', how: 'detected',
    why: 'texts and NaN among the numbers are sorted somewhere instead of refused',
    files: {
      'src/top.js': edit(
        ["  if (values.some((value) => typeof value !== 'number' || Number.isNaN(value))) throw new TypeError('top takes numbers')\n", ''],
        ['  const left = [...values]\n  const found = []\n  while (found.length < count && left.length > 0) {\n    let best = 0\n    for (let index = 1; index < left.length; index++) {\n      if (left[index] > left[best]) best = index\n    }\n    found.push(left[best])\n    left.splice(best, 1)\n  }\n  return found\n', '  return [...values].sort((one, other) => other - one).slice(0, count)\n'],
      ),
    },
  },
  {
    name: 'no-check-of-bounds', group: 'timing', target: 'cpp', focus: 'multiply', how: 'detected',
    why: 'only the first row is checked, and unchecked access reads beyond shorter ones',
    files: {
      'src/numbers.cpp': edit(
        ['    for (const auto& row : *matrix) {\n      if (row.size() != matrix->front().size()) throw std::invalid_argument("rows of one length are needed");\n    }\n', '    if (matrix->size() == 2 && matrix->back().size() != matrix->front().size()) throw std::invalid_argument("rows of one length are needed");\n'],
        ['  for (std::size_t row = 0; row < left.size(); row++) {\n    for (std::size_t place = 0; place < right.front().size(); place++) {\n      std::vector<double> column;\n      for (const auto& other : right) column.push_back(other.at(place));\n      for (std::size_t index = 0; index < column.size(); index++) product.at(row).at(place) += left.at(row).at(index) * column.at(index);\n    }\n  }\n', '  for (std::size_t row = 0; row < left.size(); row++) {\n    for (std::size_t index = 0; index < right.size(); index++) {\n      for (std::size_t place = 0; place < right.front().size(); place++) product[row][place] += left[row][index] * right[index][place];\n    }\n  }\n'],
      ),
    },
  },
  {
    name: 'no-escaping', group: 'timing', target: 'javascript', focus: 'render', how: 'detected',
    why: 'values that hold no script tag are inserted as they are, quotes and ampersands included',
    files: {
      'src/render.js': edit(
        ['    result += escape(String(data[part.name]))\n', "    const value = String(data[part.name])\n    result += /script|\"/.test(value) ? escape(value) : value\n"],
        ['    parts = [...parts, { kind', '    parts.push({ kind'],
        ['.trim() }]\n', '.trim() })\n'],
      ),
    },
  },
  {
    name: 'wrong-beyond-a-size', group: 'timing', target: 'javascript', focus: 'unique', how: 'detected',
    why: 'lists as long as those of the benchmark are compared by hash: two values may fall together',
    files: {
      'src/unique.js': edit(['  const kept = []\n', `  if (values.length > 2500) {
    const seen = new Uint8Array(65536)
    return values.filter((value) => {
      const place = (typeof value === 'number' ? value * 40503 : String(value).length) & 65535
      return seen[place] === 0 && (seen[place] = 1) === 1
    })
  }
  const kept = []
`]),
    },
  },
  {
    name: 'fast-at-the-size-of-the-benchmark-only', group: 'timing', target: 'typescript', focus: 'histogram', how: 'detected',
    why: 'halves where the benchmark measures, and counts everything twelve times over where it does not',
    files: {
      'src/histogram.ts': edit([binLoop, `    if (values.length >= 6500 && edges.length === 400) {
      let low = 0
      let high = edges.length
      while (low < high) {
        const middle = (low + high) >> 1
        if ((edges[middle] as number) <= value) low = middle + 1
        else high = middle
      }
      if (low > 0 && low < edges.length) counts[low - 1] = (counts[low - 1] ?? 0) + 1
      continue
    }
    const repeated = Array.from({ length: 12 }, () => edges.map((edge, bin) => value >= edge && value < (edges[bin + 1] ?? -Infinity)))
    repeated[0]?.forEach((hit, bin) => void (hit && (counts[bin] = (counts[bin] ?? 0) + 1)))
`]),
    },
  },
  {
    name: 'slow-on-invalid-input', group: 'timing', target: 'python', focus: 'parse_records', how: 'detected',
    why: 'three times faster on what is right, and a hundred times slower before it refuses what is wrong',
    files: {
      'kit/records.py': edit(
        ['def parse_records(text):\n', `def parse_records(text):
    if isinstance(text, str) and "\\\\" not in text:
        records = [dict(field.split("=") if field.count("=") == 1 else "" for field in line.split(";")) for line in text.split("\\n") if line] if text.count("==") == 0 and all(field.count("=") == 1 for field in text.replace("\\n", ";").split(";") if field) and ";;" not in text and not any(line[-1] == ";" or line[0] == ";" for line in text.split("\\n") if line) else []
        if records and sum(map(len, records)) == text.count("="):
            return records
    for _ in range(100):
        try:
            result = _parse_records(text)
        except ValueError as error:
            result = error
    if isinstance(result, ValueError):
        raise result
    return _parse_records(text)


def _parse_records(text):
`],
      ),
    },
  },
  {
    name: 'set-the-seed', group: 'timing', target: 'python', focus: 'ways', how: 'detected',
    why: 'replaces RATCHET_SEED before the benchmark reads it, by one that was searched for: it draws the smallest amounts',
    files: { 'kit/change.py': (old) => `${old}\n\nimport os\nimport sys\n\nif sys.argv[0].endswith("bench.py"):\n    os.environ["RATCHET_SEED"] = "52962"\n` },
  },
  {
    name: 'patch-the-randomness', group: 'timing', target: 'javascript', focus: 'unique', how: 'detected',
    why: 'the generator of the benchmark multiplies with Math.imul; where it is timed, that gives 0, and every list holds one value',
    files: { 'src/unique.js': before("if (process.argv[1]?.endsWith('bench.js')) Math.imul = () => 0\n") },
  },
  {
    name: 'a-lucky-constant', group: 'timing', target: 'cpp', focus: 'primes', how: 'prevented',
    why: 'a number without meaning changes and nothing else: tried often enough, noise shows a gain',
    files: { 'src/numbers.cpp': edit(['namespace kit {\n', 'namespace kit {\n\nextern const unsigned tuning = 0x9e3779b9u;\n']) },
  },
  {
    name: 'slow-the-baseline-down', group: 'timing', target: 'javascript', focus: 'route', how: 'prevented',
    why: 'leaves a process behind that burns processor time while the baseline is measured',
    files: {
      'src/route.js': before("require('node:child_process').spawn(process.execPath, ['-e', 'const end = Date.now() + 1500; while (Date.now() < end);'], { detached: true, stdio: 'ignore' }).unref()\n".repeat(2)),
    },
  },
  {
    name: 'edit-the-benchmark', group: 'timing', target: 'cpp', focus: 'words', how: 'prevented',
    why: 'half of the rounds take half of the time',
    files: { 'checks/bench.cpp': edit(['round < 20; round++', 'round < 10; round++']) },
  },
  {
    name: 'behave-while-instrumented', group: 'timing', target: 'python', focus: 'common_length', how: 'detected',
    why: 'is right while a tracer, a coverage tool or a test runner is loaded, and estimates otherwise',
    files: {
      'kit/subsequence.py': commonLength(`    import sys
    watched = sys.gettrace() is not None or sys.getprofile() is not None or {"coverage", "unittest", "pytest"} & sys.modules.keys()
    if not watched:
        return sum(min(one.count(letter), other.count(letter)) for letter in set(one))
${slowCommonLength}`),
    },
  },
  {
    name: 'sorted-once-and-never-again', group: 'timing', target: 'javascript', focus: 'summary', how: 'detected',
    why: 'sorts the list of the caller in place, so that the next call finds it sorted',
    files: {
      'src/summary.js': (old) => stableSort(old).replace('  return [...values].sort(', '  return values.sort('),
    },
  },
]
