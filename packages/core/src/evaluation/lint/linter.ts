import type { LinterName } from '../../target/linter-names.ts'

export interface Linter {
  /** As the target would run it itself, with a report that a program can read, and without what comments in the code say where it can do without. */
  readonly command: string
  /** Findings by rule; null: this is no report of this linter. */
  readonly read: (output: string) => ReadonlyMap<string, number> | null
  /** Whether comments of the code are not heard. Where they are, each new one counts as a finding of its own. */
  readonly ignoresSuppressions: boolean
}

type Fields = Readonly<Record<string, unknown>>

const cppFiles = String.raw`find . \( -name '*.cpp' -o -name '*.cc' -o -name '*.cxx' -o -name '*.c' \) -not -path './build/*' -not -path './node_modules/*' -print0`
/** Memory, bounds and lifetimes: what a test does not see until it is too late. */
const cppChecks = '-*,bugprone-*,cert-*,clang-analyzer-core.*,clang-analyzer-cplusplus.*,clang-analyzer-security.*,cppcoreguidelines-owning-memory,cppcoreguidelines-no-malloc,cppcoreguidelines-pro-bounds-*,cppcoreguidelines-init-variables'

export const linters: Readonly<Record<LinterName, Linter>> = {
  eslint: { command: 'node_modules/.bin/eslint --format json --no-inline-config .', read: (output) => eslintReport(output), ignoresSuppressions: true },
  oxlint: { command: 'node_modules/.bin/oxlint --format json .', read: (output) => diagnostics(output, (entry) => entry['code']), ignoresSuppressions: false },
  biome: { command: 'node_modules/.bin/biome lint --reporter=json --max-diagnostics=none .', read: (output) => diagnostics(output, (entry) => entry['category']), ignoresSuppressions: false },
  ruff: { command: 'ruff check --no-cache --output-format json --ignore-noqa --exit-zero .', read: (output) => listed(parse(output), (entry) => entry['code']), ignoresSuppressions: true },
  flake8: { command: 'python3 -m flake8 --disable-noqa --exit-zero .', read: (output) => lines(output, /^.+:\d+:\d+: ([A-Z]+\d+)\b/, /^\S.*$/), ignoresSuppressions: true },
  'clang-tidy': { command: `${cppFiles} | xargs -0 -r clang-tidy --quiet --checks='${cppChecks}' -- -std=c++20`, read: (output) => lines(output, /^.+:\d+:\d+: (?:warning|error): .* \[([\w.,-]+)\]$/, null), ignoresSuppressions: false },
}

function eslintReport(output: string): ReadonlyMap<string, number> | null {
  const files = parse(output)
  if (!Array.isArray(files)) return null
  const messages = files.flatMap((file) => (isFields(file) && Array.isArray(file['messages']) ? file['messages'] : []))
  return listed(messages, (entry) => entry['ruleId'])
}

function diagnostics(output: string, ruleOf: (entry: Fields) => unknown): ReadonlyMap<string, number> | null {
  const report = parse(output)
  return isFields(report) ? listed(report['diagnostics'], ruleOf) : null
}

/** What has no rule is a text that cannot be read: the worst of all. */
function listed(entries: unknown, ruleOf: (entry: Fields) => unknown): ReadonlyMap<string, number> | null {
  if (!Array.isArray(entries)) return null
  return counted(entries.map((entry) => String((isFields(entry) ? ruleOf(entry) : null) ?? 'unreadable')))
}

/** One finding a line. `known`: what else a line may look like; another one is no report. */
function lines(output: string, finding: RegExp, known: RegExp | null): ReadonlyMap<string, number> | null {
  const rules: string[] = []
  for (const line of output.split('\n')) {
    const rule = finding.exec(line.slice(0, 4_000))?.[1]
    if (rule !== undefined) rules.push(rule)
    else if (known?.test(line) === true) return null
  }
  return counted(rules)
}

function counted(rules: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const rule of rules) counts.set(rule.slice(0, 200), (counts.get(rule.slice(0, 200)) ?? 0) + 1)
  return counts
}

/** A tool may say something before its report. */
function parse(output: string): unknown {
  const start = output.search(/^[[{]/m)
  try {
    return JSON.parse(output.slice(Math.max(0, start)))
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
