/** A line of a patch that changes nothing because no hunk counts it. */
export interface LooseLine {
  /** 1-based, in the patch. */
  readonly line: number
  readonly text: string
}

const headers = /^(?:diff --git |index |old mode |new mode |deleted file mode |new file mode |similarity index |dissimilarity index |rename |copy |--- |\+\+\+ )/
const begins = /^(?:diff --git |--- )/
const counts = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/

/**
 * Lines of a unified diff that look as if they changed something and belong to no hunk: programs that apply patches pass over them in silence. Whoever adds a line to a patch and not to the counts
 * of its `@@` would lose it. What comes before the first file (a message, a summary) is nobody's, and so is a mail's signature.
 */
export function looseLines(patch: Uint8Array): readonly LooseLine[] {
  // One character a byte: what is counted are lines, whatever they hold.
  const lines = Buffer.from(patch).toString('latin1').split('\n')
  const loose: LooseLine[] = []
  let [before, after, isBinary, hasBegun] = [0, 0, false, false]
  for (const [index, text] of lines.entries()) {
    if (before > 0 || after > 0) {
      // A context line of which an editor has taken the blank still counts on both sides.
      const kind = text[0] ?? ' '
      if (kind === '\\') continue
      if (kind === '-' || kind === ' ' || kind === '\r') before--
      if (kind === '+' || kind === ' ' || kind === '\r') after--
      continue
    }
    hasBegun ||= begins.test(text)
    if (!hasBegun || text === '' || text === '\r') continue
    if (text.startsWith('GIT binary patch')) isBinary = true
    else if (text.startsWith('diff --git ')) isBinary = false
    const hunk = counts.exec(text)
    if (hunk !== null) [before, after] = [Number(hunk[1] ?? 1), Number(hunk[2] ?? 1)]
    else if (!isBinary && !headers.test(text) && !isSignature(lines, index) && /^[-+ @]/.test(text)) loose.push({ line: index + 1, text: Buffer.from(text, 'latin1').toString('utf8').slice(0, 200) })
  }
  return loose
}

/** `-- ` and the version of git, at the end of what `git format-patch` writes. */
function isSignature(lines: readonly string[], index: number): boolean {
  return /^-- \r?$/.test(lines[index] ?? '') && lines.slice(index + 1).filter((line) => line.trim() !== '').length <= 1
}
