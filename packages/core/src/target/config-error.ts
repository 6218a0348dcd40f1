import { Failure } from '../failure/failure.ts'

export type ConfigErrorCode = 'config-missing' | 'config-syntax' | 'config-invalid' | 'config-ambiguous' | 'config-load-failed'

/** One thing that is wrong in a config file, where it is, and what to write instead. */
export interface ConfigProblem {
  /** Path of the config file, as the caller gave it. */
  readonly file: string
  /** 1-based; null when the problem is not in the text (no file, several files). */
  readonly line: number | null
  /** 1-based, in UTF-16 code units; null like `line`. */
  readonly column: number | null
  /** The field, for instance `metrics.speed.measure` or `tests[0].run`; empty for the whole file. */
  readonly path: string
  readonly message: string
  /** What to do about it, as a clause that reads well after the message. */
  readonly fix: string
}

/** How many problems the message spells out; `problems` always holds all of them. */
const shown = 20

/** The configuration cannot be used. `problems` holds at least one; the message lists them, one a line, each with its fix. */
export class ConfigError extends Failure<ConfigErrorCode> {
  readonly problems: readonly ConfigProblem[]

  constructor(code: ConfigErrorCode, problems: readonly ConfigProblem[], options: { readonly cause?: unknown } = {}) {
    const lines = problems.slice(0, shown).map(describeProblem)
    if (problems.length > shown) lines.push(`and ${problems.length - shown} more`)
    super(code, lines.join('\n'), { ...options, remedy: remedyFor(problems) })
    this.problems = problems
  }
}

/** `ratchet.yaml:3:5: metrics.speed.measure: the text "cpu" is not known here; did you mean cpu-time?` */
export function describeProblem(problem: ConfigProblem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== null).join(':')
  const field = problem.path === '' ? '' : `${problem.path}: `
  return `${place}: ${field}${problem.message}; ${problem.fix}`
}

function remedyFor(problems: readonly ConfigProblem[]): string {
  const [first] = problems
  if (first === undefined) return 'Correct the configuration.'
  return problems.length === 1 ? `${first.fix.charAt(0).toUpperCase()}${first.fix.slice(1)}` : `Correct the ${problems.length} places in ${first.file}.`
}
