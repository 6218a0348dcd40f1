/** What a docstring says about parameters, in the styles of Google, NumPy and Sphinx, and the calls in its doctests. */
export interface Documentation {
  /** Type text by parameter name. */
  readonly types: ReadonlyMap<string, string>
  /** Source of every `>>>` example, continuation lines joined. */
  readonly examples: readonly string[]
}

export function readDocstring(docstring: string): Documentation {
  const lines = docstring.split(/\r?\n/)
  return { types: new Map([...sphinx(lines), ...numpy(lines), ...google(lines)]), examples: doctests(lines) }
}

function sphinx(lines: readonly string[]): readonly [string, string][] {
  return lines.flatMap((line): [string, string][] => {
    const typed = /^\s*:type\s+\*{0,2}(\w+)\s*:\s*(.+)$/.exec(line)
    if (typed !== null) return [[typed[1] ?? '', (typed[2] ?? '').trim()]]
    const inline = /^\s*:(?:param|parameter|arg|argument|key)\s+(\S.*?)\s+\*{0,2}(\w+)\s*:/.exec(line)
    return inline === null ? [] : [[inline[2] ?? '', inline[1] ?? '']]
  })
}

/** `name : type` lines between a heading underlined with dashes and the next one. */
function numpy(lines: readonly string[]): readonly [string, string][] {
  const found: [string, string][] = []
  let inside = false
  for (const [index, line] of lines.entries()) {
    if (/^\s*-{3,}\s*$/.test(line)) inside = /^\s*(?:other\s+)?parameters\s*$/i.test(lines[index - 1] ?? '')
    const named = inside ? /^\s*\*{0,2}(\w+(?:\s*,\s*\w+)*)\s+:\s*(\S.*)$/.exec(line) : null
    for (const name of named?.[1]?.split(/\s*,\s*/) ?? []) found.push([name, named?.[2]?.trim() ?? ''])
  }
  return found
}

/** `name (type): text` lines below `Args:`, until a line that is indented no deeper than the heading. */
function google(lines: readonly string[]): readonly [string, string][] {
  const found: [string, string][] = []
  let heading: number | null = null
  for (const line of lines) {
    const indent = line.length - line.trimStart().length
    if (/^\s*(?:args|arguments|parameters|params|keyword args|keyword arguments):\s*$/i.test(line)) heading = indent
    else if (heading !== null && line.trim() !== '' && indent <= heading) heading = null
    else if (heading !== null) {
      const named = /^\s*\*{0,2}(\w+)\s*\(((?:[^()]|\([^()]*\))+)\)\s*:/.exec(line)
      if (named !== null) found.push([named[1] ?? '', (named[2] ?? '').trim()])
    }
  }
  return found
}

function doctests(lines: readonly string[]): readonly string[] {
  const found: string[] = []
  for (const line of lines) {
    const start = /^\s*>>> ?(.*)$/.exec(line)
    const more = /^\s*\.\.\. ?(.*)$/.exec(line)
    if (start !== null) found.push(start[1] ?? '')
    else if (more !== null && found.length > 0) found[found.length - 1] += `\n${more[1] ?? ''}`
  }
  return found
}
