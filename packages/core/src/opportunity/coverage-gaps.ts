import type { Remark } from '../proposal/proposal.ts'

/** Lines of code on end that no test runs; fewer are branches that hardly matter. */
const gapLines = 3
/** A gap of so many lines weighs as much as one can. */
const wideGap = 40
const gapsOfFile = 10

/**
 * Stretches of a file that no test runs, in files that some test loads; and files that none loads. `covered` holds the lines that were run. Lines without code (blank, comments, brackets) neither make nor end a stretch.
 */
export function coverageGaps(path: string, text: string, covered: ReadonlySet<number> | undefined): readonly Remark[] {
  const code = codeLines(path, text)
  if (code.length < gapLines) return []
  if (covered === undefined) return [remark(path, { first: null, last: null, count: code.length }, 'no test loads this file')]
  const stretches: { first: number; last: number; count: number }[] = []
  let open: { first: number; last: number; count: number } | null = null
  for (const line of code) {
    if (covered.has(line)) open = null
    else if (open === null) stretches.push((open = { first: line, last: line, count: 1 }))
    else [open.last, open.count] = [line, open.count + 1]
  }
  return stretches
    .filter(({ count }) => count >= gapLines)
    .toSorted((a, b) => b.count - a.count || a.first - b.first)
    .slice(0, gapsOfFile)
    .map((stretch) => remark(path, stretch, `no test runs lines ${stretch.first} to ${stretch.last} (${stretch.count} lines of code)`))
}

function remark(path: string, { first, count }: { readonly first: number | null; readonly last: number | null; readonly count: number }, evidence: string): Remark {
  return { kind: 'coverage-gap', path, line: first, weight: Math.min(1, count / wideGap), evidence }
}

/** Numbers of lines with code. In Python only the line on which a statement begins is ever run. */
function codeLines(path: string, text: string): readonly number[] {
  const isPython = path.endsWith('.py')
  const lines: number[] = []
  let [depth, inText] = [0, false]
  for (const [index, line] of text.split('\n').entries()) {
    const bare = line.trim()
    const begins = depth === 0 && !inText
    if (isPython) {
      if ((bare.split('"""').length + bare.split("'''").length) % 2 === 1) inText = !inText
      const plain = bare.replaceAll(/"[^"]*"|'[^']*'|#.*$/g, '')
      depth = Math.max(0, depth + (plain.match(/[([{]/g)?.length ?? 0) - (plain.match(/[)\]}]/g)?.length ?? 0))
    }
    if (begins && !/^(?:$|\/\/|\/\*|\*|#|"""|'''|(?:else|try|finally):?$|[\s{}()[\];,]*$)/.test(bare)) lines.push(index + 1)
  }
  return lines
}
