import type { FileChange } from '../proposal/proposal.ts'
import { invalid } from './suite-settings.ts'

interface FilePatch {
  readonly from: string | null
  readonly to: string | null
  readonly hunks: readonly Hunk[]
}

interface Hunk {
  /** 0-based line of the old file. */
  readonly start: number
  readonly lines: readonly string[]
}

/** Where a patch stands, for messages: a field of an instance. */
export interface PatchPlace {
  readonly id: string
  readonly field: 'test_patch' | 'patch'
}

/**
 * The files that a patch of tests makes of those of its repository, and the ones it takes away. It was made for exactly these files, so nothing is looked for anywhere else: what does not fit makes the suite invalid, as a
 * task whose tests are not the ones that were meant.
 */
export function applyTestPatch(files: readonly FileChange[], patch: string, place: PatchPlace): readonly FileChange[] {
  const { id, field } = place
  const before = new Map(files.map((file) => [file.path, file]))
  const after = new Map<string, FileChange>()
  for (const { from, to, hunks } of parsePatch(patch, place)) {
    const held = from === null ? undefined : before.get(from)
    if (from !== null && held === undefined) throw invalid(id, `its ${field} changes ${from}, which is not there`)
    if (from !== null && from !== to) after.set(from, { path: from, content: null })
    if (to === null) continue
    const text = patched(Buffer.from(held?.content ?? []).toString('utf8'), hunks)
    if (text === null) throw invalid(id, `its ${field} does not fit ${to}`)
    after.set(to, { path: to, content: Buffer.from(text), ...(held?.mode === undefined ? {} : { mode: held.mode }) })
  }
  if (after.size === 0) throw invalid(id, `its ${field} changes nothing`)
  return [...after.values()]
}

function parsePatch(patch: string, { id, field }: PatchPlace): readonly FilePatch[] {
  const files = patch.split(/^(?=diff --git )/m).filter((part) => part.trim() !== '')
  return files.map((part) => {
    if (/^(GIT binary patch|Binary files )/m.test(part)) throw invalid(id, `its ${field} holds a binary file`)
    const head = part.split(/^@@ /m, 1)[0] ?? ''
    const names = { from: nameIn(head, ['---', 'rename from']), to: nameIn(head, ['+++', 'rename to']) }
    if (names.from === undefined || names.to === undefined) throw invalid(id, `its ${field} is no unified diff`)
    for (const name of [names.from, names.to]) if (name !== null && (name.startsWith('/') || name.split('/').includes('..'))) throw invalid(id, `its ${field} leaves the repository: ${name}`)
    return { from: names.from, to: names.to, hunks: hunksOf(part.slice(head.length), { id, field }) }
  })
}

/** Null: there is none on that side. Undefined: nothing is said. */
function nameIn(head: string, labels: readonly string[]): string | null | undefined {
  for (const label of labels) {
    const line = head.split('\n').find((text) => text.startsWith(`${label} `))?.slice(label.length + 1).replace(/\t.*$/, '').replace(/\r$/, '')
    if (line !== undefined) return line === '/dev/null' ? null : label.startsWith('rename') ? line : line.replace(/^[ab]\//, '')
  }
  return undefined
}

function hunksOf(text: string, { id, field }: PatchPlace): readonly Hunk[] {
  if (text === '') return []
  return text.split(/^(?=@@ -)/m).map((part): Hunk => {
    const match = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@.*\n/.exec(part)
    if (match === null) throw invalid(id, `a hunk of its ${field} has no beginning`)
    // A hunk that only adds to an empty file begins at 0.
    return { start: match[2] === '0' ? Number(match[1]) : Number(match[1]) - 1, lines: part.slice(match[0].length).replace(/\n$/, '').split('\n') }
  })
}

/** Null where the text is not the one that the hunks were made for. */
function patched(text: string, hunks: readonly Hunk[]): string | null {
  const old = text.match(/[^\n]*\n|[^\n]+$/g) ?? []
  const made: string[] = []
  let at = 0
  for (const { start, lines } of hunks) {
    if (start < at) return null
    made.push(...old.slice(at, start))
    at = start
    let last = ''
    for (const line of lines) {
      const [sign, rest] = [line.slice(0, 1), line.slice(1)]
      if (sign === '\\') {
        // Of the line before: what was taken away says nothing of what is there now.
        if (last === '+') made.push((made.pop() ?? '').replace(/\n$/, ''))
        continue
      }
      // Some tools leave the blank out of an empty line.
      const isContext = sign === ' ' || sign === ''
      const held = old[at]
      if (isContext || sign === '-') {
        if (held?.replace(/\n$/, '') !== rest) return null
        at++
      }
      if (isContext) made.push(held ?? '')
      else if (sign === '+') made.push(`${rest}\n`)
      last = sign
    }
  }
  return [...made, ...old.slice(at)].join('')
}
