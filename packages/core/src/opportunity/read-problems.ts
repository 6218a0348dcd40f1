/** One complaint of a linter or a type checker. */
export interface Problem {
  readonly path: string
  /** 1-based. */
  readonly line: number
  readonly severity: 'error' | 'warning'
  readonly message: string
}

const problemLimit = 1_000
const lineLimit = 2_000

/**
 * Complaints in what a tool printed, whichever of the usual forms it has: `path:line:col: message` (gcc, clang, ruff, mypy, flake8, pyright, eslint --format unix), `path(line,col): message` (tsc, MSVC), and eslint's own, a path on a line of its own with
 * `line:col  severity  message` under it. Only paths that `isOurs` knows count; text of the target's tools, so that every other line is passed over.
 */
export function readProblems(text: string, isOurs: (path: string) => boolean): readonly Problem[] {
  const problems = new Map<string, Problem>()
  let heading: string | null = null
  for (const raw of text.split('\n')) {
    if (problems.size >= problemLimit) break
    const line = raw.slice(0, lineLimit).trimEnd()
    const found = ofLine(line, heading)
    const path = found === null ? null : ourPath(found.path, isOurs)
    if (found !== null && path !== null) problems.set(`${path}:${found.line}:${found.message}`, { ...found, path })
    if (found === null) heading = /^\S.*$/.test(line) ? ourPath(line, isOurs) : line === '' ? null : heading
  }
  return [...problems.values()]
}

function ofLine(line: string, heading: string | null): Problem | null {
  const colon = /^\s*([^\s:(][^:(]{0,400}):(\d{1,7})(?::\d{1,7})?(?::| -) ?(.+)$/.exec(line)
  if (colon !== null) return problem(colon[1], colon[2], colon[3])
  const bracket = /^([^\s:(][^:(]{0,400})\((\d{1,7})(?:,\d{1,7})?\)(?::| -) ?(.+)$/.exec(line)
  if (bracket !== null) return problem(bracket[1], bracket[2], bracket[3])
  const under = heading === null ? null : /^\s+(\d{1,7}):\d{1,7}\s+(.+)$/.exec(line)
  return under === null || heading === null ? null : problem(heading, under[1], under[2])
}

function problem(path = '', line = '', text = ''): Problem | null {
  const [, word = '', message = text] = /^(?:fatal )?(error|warning|note|info|hint)\b[: ]*\s*(.*)$/i.exec(text) ?? []
  const kind = word.toLowerCase()
  // What only explains the complaint before it.
  if (kind === 'note' || kind === 'info' || kind === 'hint' || message === '' || Number(line) < 1) return null
  return { path, line: Number(line), severity: kind === 'warning' ? 'warning' : 'error', message }
}

function ourPath(path: string, isOurs: (path: string) => boolean): string | null {
  const inside = path.replace(/^\/work\//, '').replace(/^\.\//, '')
  return isOurs(inside) ? inside : null
}
