import { checkPath } from '../workspace/check-path.ts'

/** Why a text is no patch that anybody could propose. `does-not-apply` is git's own answer; everything else is seen before git sees the text. */
export type PatchRefusalCode = 'empty' | 'too-large' | 'binary' | 'no-patch' | 'line-ends' | 'rename' | 'outside' | 'does-not-apply'

export interface PatchRefusal {
  readonly code: PatchRefusalCode
  readonly message: string
  /** What whoever made the patch can do about it. */
  readonly remedy: string
}

/** Bytes. What is larger than this is generated, and no person or model could answer for it. */
export const patchLimit = 1024 * 1024

/**
 * Looks at a unified diff before git does, so that each usual mistake has an answer of its own. A null says only that it looks like a patch: whether it applies, and where it really writes, git tells, and screening judges
 * the trees. One pass over the lines; never throws.
 */
export function checkPatch(diff: Uint8Array): PatchRefusal | null {
  if (diff.length > patchLimit) return refusal('too-large', `the patch has ${diff.length} bytes, more than ${patchLimit}`, 'Propose one idea at a time.')
  if (diff.includes(0)) return refusal('binary', 'the patch holds NUL bytes', binaryRemedy)
  const text = Buffer.from(diff.buffer, diff.byteOffset, diff.byteLength).toString('utf8')
  if (text.trim() === '') return refusal('empty', 'the patch is empty', 'Make one with `git diff`.')
  return checkLines(text.split('\n'))
}

/** For texts that came as text: lone surrogates are not what git would have seen. */
export function encodePatch(text: string): Uint8Array {
  return Buffer.from(text.endsWith('\n') || text === '' ? text : `${text}\n`, 'utf8')
}

const binaryRemedy = 'Only text can be proposed.'

function refusal(code: PatchRefusalCode, message: string, remedy: string): PatchRefusal {
  return { code, message, remedy }
}

function checkLines(lines: readonly string[]): PatchRefusal | null {
  // Lines of a hunk hold anything, headers included; its own header says how many there are.
  let [old, next] = [0, 0]
  let [hunks, inHeader] = [0, false]
  for (const line of lines) {
    if (old > 0 || next > 0) {
      if (line.startsWith('-')) old--
      else if (line.startsWith('+')) next--
      else if (!line.startsWith('\\')) [old, next] = [old - 1, next - 1]
      continue
    }
    const hunk = /^@@ -\d{1,9}(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@/.exec(line)
    if (hunk !== null) {
      if (line.endsWith('@@\r')) return lineEnds
      ;[old, next] = [Number(hunk[1] ?? 1), Number(hunk[2] ?? 1)]
      ;[hunks, inHeader] = [hunks + 1, false]
      continue
    }
    if (line.startsWith('diff --git ')) inHeader = true
    if (isFileChange(line) && inHeader) hunks++
    const problem = checkHeader(line, inHeader)
    if (problem !== null) return problem
  }
  return hunks > 0 ? null : refusal('no-patch', 'there is no unified diff in it', 'Make one with `git diff`; a description of a change, or the new text of a file, is no patch.')
}

const lineEnds = refusal('line-ends', 'the lines of the patch itself end with CR LF: it went through something that changed its line ends', 'Make it again with `git diff`, and hand it on as it is. Files whose own lines end so are no trouble.')

/** A new empty file, one that goes, and a mode that changes have no hunk. */
function isFileChange(line: string): boolean {
  return /^(?:new file mode|deleted file mode|new mode) \d/.test(line)
}

function checkHeader(line: string, inHeader: boolean): PatchRefusal | null {
  if (line === 'GIT binary patch' || /^Binary files .* differ$/.test(line)) return refusal('binary', 'the patch changes a binary file', binaryRemedy)
  if (inHeader && /^(?:rename|copy) (?:from|to) /.test(line)) return refusal('rename', 'the patch renames or copies a file', 'Make it with `git diff --no-renames`, so that everything it does is in it.')
  const name = /^(?:---|\+\+\+) ([^\t]*)/.exec(line)?.[1]
  if (name === undefined) return null
  if (line.endsWith('\r')) return lineEnds
  const file = name.trimEnd()
  // A quoted name is read by git; what comes of it is checked on the tree.
  if (file === '/dev/null' || file.startsWith('"') || file === '') return null
  const problem = file.startsWith('/') ? 'is absolute' : checkPath(/^[^/]+\/./.test(file) ? file.slice(file.indexOf('/') + 1) : file)
  return problem === null ? null : refusal('outside', `the patch writes to ${JSON.stringify(file.slice(0, 200))}, which ${problem}`, 'Paths start at the root of the repository, behind a/ and b/.')
}
