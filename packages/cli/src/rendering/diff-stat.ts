import type { RevisionReader } from '@ratchet/core'
import { faint, oneLine } from '../console.ts'

/** What a change touches, and how many lines of it: enough to know whether it is the one that was meant. */
export async function diffStat(revisions: Pick<RevisionReader, 'changes' | 'diff'>, { baseline, commit }: { readonly baseline: string; readonly commit: string }): Promise<string> {
  const changes = await revisions.changes(baseline, commit)
  const { added, removed } = countLines(await revisions.diff(baseline, commit))
  const marks = { 'added': 'A', 'modified': 'M', 'deleted': 'D', 'type-changed': 'T' } as const
  return [...changes.map(({ path, status, oldMode, newMode }) => `  ${marks[status]} ${oneLine(path)}${status === 'modified' && oldMode !== newMode ? ` (mode ${oldMode} to ${newMode})` : ''}`), faint(`  ${changes.length} files, ${added} lines added, ${removed} removed`)].join('\n')
}

/** Lines within hunks only: the header of a file begins with the same signs. */
export function countLines(diff: string): { readonly added: number; readonly removed: number } {
  let [added, removed, old, new_] = [0, 0, 0, 0]
  for (const line of diff.split('\n')) {
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line)
    if (old + new_ === 0) {
      if (hunk !== null) [old, new_] = [Number(hunk[1] ?? 1), Number(hunk[2] ?? 1)]
      continue
    }
    if (line.startsWith('+')) [added, new_] = [added + 1, new_ - 1]
    else if (line.startsWith('-')) [removed, old] = [removed + 1, old - 1]
    else if (!line.startsWith('\\')) [old, new_] = [old - 1, new_ - 1]
  }
  return { added, removed }
}
