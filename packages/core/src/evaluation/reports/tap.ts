import type { TestOutcome } from '../evaluation.ts'
import { CaseList, caseLimit, depthLimit, suiteName, type ReportCases } from '../report-cases.ts'
import { reportLines } from './report-lines.ts'

/** A test point with the points of its subtest, which stand before it. */
interface Point {
  readonly name: string
  readonly outcome: TestOutcome
  readonly children: readonly Point[]
}

/** One indentation: the plan and the points that share it. */
interface Level {
  readonly indent: number
  planned: number | null
  readonly points: Point[]
  readonly numbers: Set<number>
}

/** Nothing to be lost: a line of more characters than this is cut before patterns look at it. */
const lineLimit = 4_000
const pointPattern = /^(not )?ok(?=\s|$)(?:\s+(\d{1,9})(?=\s|$))?(?:\s+-(?=\s|$))?\s*(.*)$/
const planPattern = /^1\.\.(\d{1,9})(?=\s|$)/
const directivePattern = /(?:^|\s)#\s*(?:skip|todo)/i
const timePattern = /\s#\s*time=\S+\s*$/

/**
 * TAP 13 and 14, with subtests by indentation as node:test writes them. The tests are the leaves; the point that closes a subtest counts
 * as one only where it fails by itself. Every level must have one plan and as many points as planned, so that a report that
 * was cut short, or written twice, is malformed; a bail-out makes it malformed too. Other lines are ignored, as TAP demands.
 */
export function parseTap(text: string): ReportCases {
  const reader = new TapReader()
  for (const line of reportLines(text)) {
    if (!reader.read(line)) return 'malformed'
  }
  const points = reader.finish()
  if (typeof points === 'string') return points
  const list = new CaseList()
  addPoints(points, { suite: '', isExcused: false, list })
  return list.finish()
}

class TapReader {
  readonly #levels: Level[] = [newLevel(0)]
  /** Points of a subtest that was closed and waits for its own point. */
  #subtest: readonly Point[] | null = null
  /** Indentation of the last point, whose diagnostics may follow; null elsewhere. */
  #lastPoint: number | null = null
  /** Indentation of the open diagnostics. */
  #diagnostics: number | null = null
  #isTap = false
  #points = 0

  /** False when the report is malformed. */
  read(raw: string): boolean {
    const line = raw.trim().slice(0, lineLimit)
    if (line === '') return true
    const indent = raw.length - raw.trimStart().length
    if (this.#isDiagnostic(line, indent)) return true
    this.#lastPoint = null
    if (line.startsWith('Bail out!')) return false
    if (line.startsWith('TAP version ')) this.#isTap = true
    const plan = planPattern.exec(line)
    const point = plan === null ? pointPattern.exec(line) : null
    if (plan === null && point === null) return true
    this.#isTap = true
    if (!this.#enter(indent)) return false
    return plan === null ? this.#addPoint(point as RegExpExecArray) : this.#addPlan(Number(plan[1]))
  }

  finish(): readonly Point[] | 'missing' | 'malformed' {
    if (!this.#isTap) return 'missing'
    if (this.#diagnostics !== null || !this.#enter(0) || this.#subtest !== null) return 'malformed'
    const root = this.#levels[0] as Level
    return isComplete(root) ? root.points : 'malformed'
  }

  #isDiagnostic(line: string, indent: number): boolean {
    if (this.#diagnostics !== null) {
      if (line === '...' && indent === this.#diagnostics) this.#diagnostics = null
      return true
    }
    if (line !== '---' || this.#lastPoint === null || indent <= this.#lastPoint) return false
    this.#diagnostics = indent
    return true
  }

  /** Makes the level of `indent` the innermost one. */
  #enter(indent: number): boolean {
    let top = this.#top()
    while (top.indent > indent) {
      // Two levels that end at once: the point of the inner one is missing.
      if (this.#subtest !== null || !isComplete(top)) return false
      this.#subtest = top.points
      this.#levels.pop()
      top = this.#top()
    }
    if (top.indent === indent) return true
    if (this.#subtest !== null || this.#levels.length >= depthLimit) return false
    this.#levels.push(newLevel(indent))
    return true
  }

  #addPlan(planned: number): boolean {
    const level = this.#top()
    if (level.planned !== null || this.#subtest !== null) return false
    level.planned = planned
    return true
  }

  #addPoint([, not, number, description = '']: RegExpExecArray): boolean {
    const level = this.#top()
    const ordinal = number === undefined ? level.points.length + 1 : Number(number)
    if (level.numbers.has(ordinal) || ++this.#points > caseLimit) return false
    level.numbers.add(ordinal)
    const directive = directivePattern.exec(description)
    const named = description.slice(0, directive?.index ?? description.length).replace(timePattern, '')
    const outcome = directive === null ? (not === undefined ? 'passed' : 'failed') : 'skipped'
    level.points.push({ name: named.replaceAll(/\\([\\#])/g, '$1').trim(), outcome, children: this.#subtest ?? [] })
    this.#subtest = null
    this.#lastPoint = level.indent
    return true
  }

  #top(): Level {
    return this.#levels.at(-1) as Level
  }
}

function newLevel(indent: number): Level {
  return { indent, planned: null, points: [], numbers: new Set() }
}

function isComplete({ planned, points }: Level): boolean {
  return planned === points.length
}

/** Recursion is bounded by `depthLimit`. Returns how many failed. */
function addPoints(points: readonly Point[], context: { readonly suite: string; readonly isExcused: boolean; readonly list: CaseList }): number {
  const { suite, isExcused, list } = context
  let failed = 0
  for (const { name, outcome, children } of points) {
    const isTodo = isExcused || outcome === 'skipped'
    const inner = children.length === 0 ? 0 : addPoints(children, { suite: suiteName(suite, name), isExcused: isTodo, list })
    // A subtest with failing points needs no failure of its own; one without fails in a hook or in its own assertions.
    const ownOutcome = isTodo && outcome === 'failed' ? 'skipped' : outcome
    const isCase = children.length === 0 || (ownOutcome === 'failed' && inner === 0)
    if (isCase) list.add(suite, name, ownOutcome)
    failed += inner + (isCase && ownOutcome === 'failed' ? 1 : 0)
  }
  return failed
}
