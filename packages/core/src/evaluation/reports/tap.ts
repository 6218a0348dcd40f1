import type { TestCase } from '../evaluation.ts'

const point = /^(not )?ok\b(?: +(\d+))?(?: +-)? *(.*)$/
const directive = / # (skip|todo)\b/i

interface Level {
  planned: number | null
  points: number
  /** Name of the subtest being read, announced by `# Subtest:`. */
  name: string | null
}

/**
 * TAP 13 and 14, with subtests by indentation as node:test writes them. Only leaves are cases: the point that closes a subtest repeats what its
 * own points said. A plan that does not match, or a bail-out, makes the report malformed.
 */
export function parseTap(text: string): readonly TestCase[] | null {
  const cases: TestCase[] = []
  const levels: Level[] = [{ planned: null, points: 0, name: null }]
  const yaml = { open: false, indent: 0 }
  let closed = false
  let seen = false
  for (const raw of text.split(/\r?\n/)) {
    const indent = raw.length - raw.trimStart().length
    const line = raw.trim()
    if (skipsYaml(yaml, line, indent)) continue
    if (line.startsWith('Bail out!')) return null
    const depth = Math.min(Math.floor(indent / 4), levels.length)
    if (line.startsWith('# Subtest:')) {
      closed = descend(levels, depth, line.slice('# Subtest:'.length).trim()) || closed
      continue
    }
    const plan = /^1\.\.(\d+)/.exec(line)
    const result = point.exec(line)
    if (plan === null && result === null) continue
    seen = true
    const ended = settle(levels, depth)
    if (ended === 'malformed') return null
    const level = levels[depth] as Level
    if (plan !== null) {
      level.planned = Number(plan[1])
      continue
    }
    level.points += 1
    const hadChildren = ended === 'had-points'
    if (!hadChildren && result !== null) cases.push(caseOf(result, levels.slice(0, depth)))
    level.name = null
  }
  if (!seen || settle(levels, 0) === 'malformed') return null
  const root = levels[0] as Level
  return root.planned === root.points ? cases : null
}

/** Diagnostics between `---` and `...` are data of the test, not TAP. */
function skipsYaml(yaml: { open: boolean; indent: number }, line: string, indent: number): boolean {
  if (yaml.open) {
    if (line === '...' && indent === yaml.indent) yaml.open = false
    return true
  }
  if (line !== '---') return false
  yaml.open = true
  yaml.indent = indent
  return true
}

function descend(levels: Level[], depth: number, name: string): boolean {
  while (levels.length <= depth) levels.push({ planned: null, points: 0, name: null })
  const level = levels[depth]
  if (level !== undefined) level.name = name
  return true
}

/** Closes every level below `depth`; tells whether a subtest with points of its own ended there. */
function settle(levels: Level[], depth: number): 'malformed' | 'had-points' | 'nothing' {
  let outcome: 'had-points' | 'nothing' = 'nothing'
  while (levels.length > depth + 1) {
    const level = levels.pop() as Level
    if (level.planned !== null && level.planned !== level.points) return 'malformed'
    if (level.points > 0) outcome = 'had-points'
  }
  while (levels.length <= depth) levels.push({ planned: null, points: 0, name: null })
  return outcome
}

function caseOf(result: RegExpExecArray, parents: readonly Level[]): TestCase {
  const text = result[3] ?? ''
  const marked = directive.exec(text)
  const name = (marked === null ? text : text.slice(0, marked.index)).trim()
  const path = parents.flatMap((level) => (level.name === null ? [] : [level.name]))
  return { name: [...path, name].join(' > '), outcome: marked !== null ? 'skipped' : result[1] === undefined ? 'passed' : 'failed' }
}
