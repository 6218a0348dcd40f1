import { addedLines } from '../screening/added-lines.ts'
import { addedText, type ChangedFile } from '../screening/changed-file.ts'
import type { PathChange } from '../workspace/workspace.ts'
import { addedCommands } from './added-commands.ts'
import { changedDependencies } from './changed-dependencies.ts'
import { exportedNames, isDocumented } from './is-documented.ts'
import type { FileFact, LineFacts, StaticFacts } from './policy-facts.ts'

/** What is listed of a change in the journal at most; a change of more is asked about by every rule that reads the list. */
const most = { paths: 1_000, files: 1_000, symbols: 2_000, removedExports: 500, dependencies: 500, commands: 200 } as const

/** What nobody can say of a change of which one text, old or new, cannot be read. */
const unknownUnread = ['added', 'removed', 'linesAdded', 'linesRemoved', 'files.added', 'files.removed', 'symbols', 'removedExports', 'dependencies', 'commands', 'documented'] as const

export interface FactSource {
  readonly changes: readonly PathChange[]
  /** Texts of the changed files, from git's objects. */
  readonly texts: readonly ChangedFile[]
  readonly isEditable: (path: string) => boolean
  readonly isProtected: (path: string) => boolean
  readonly proposer: string
  readonly operator: string
}

/** Facts on a change from git alone. `checks` and `risk` follow from them and from screening's findings, and are added by who has both. */
export function collectFacts(source: FactSource): { readonly facts: Omit<StaticFacts, 'checks' | 'risk'>; readonly lines: LineFacts } {
  const { changes, texts, proposer, operator } = source
  const byPath = new Map(texts.map((text) => [text.path, text]))
  const lines = linesOf(texts)
  const removed = Map.groupBy(lines.removed, ({ path }) => path)
  const files = changes.map((change): FileFact => ({
    path: change.path,
    status: change.status,
    mode: change.newMode,
    oldMode: change.oldMode,
    language: languageOf(change.path),
    editable: source.isEditable(change.path),
    protected: source.isProtected(change.path),
    added: byPath.get(change.path)?.addedLines.size ?? 0,
    removed: removed.get(change.path)?.length ?? 0,
  }))
  // What cannot be read may hold anything, and what could not be read before may have held anything: no list of lines is whole, and no count of them known.
  const unread = texts.some(({ problem, oldProblem }) => problem !== null || (oldProblem ?? null) !== null) ? unknownUnread : []
  const lists = { paths: changes.map(({ path }) => path), files, symbols: newSymbols(texts), removedExports: removedExports(texts), dependencies: changedDependencies(texts), commands: addedCommands(texts) }
  const cut = (Object.keys(most) as (keyof typeof most)[]).filter((name) => lists[name].length > most[name])
  const kept = Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, list.slice(0, most[name as keyof typeof most])])) as unknown as typeof lists
  const facts = { ...kept, linesAdded: lines.added.length, linesRemoved: lines.removed.length, proposer, operator, documented: unread.length === 0 && isDocumented(texts), cut: [...new Set([...cut, ...unread])] }
  return { facts, lines }
}

function linesOf(texts: readonly ChangedFile[]): LineFacts {
  return {
    added: texts.flatMap((file) => addedText(file).map(({ number, text }) => ({ path: file.path, line: number, text }))),
    removed: texts.flatMap(({ path, before, after }) => {
      if (before === null) return []
      const gone = addedLines(after, before)
      return before.split('\n').flatMap((text, index) => (gone.has(index + 1) ? [{ path, text }] : []))
    }),
  }
}

const word = /[\p{L}_$][\p{L}\p{N}_$]*/gu

function newSymbols(texts: readonly ChangedFile[]): readonly string[] {
  const found = new Set<string>()
  for (const file of texts) {
    const old = new Set(file.before?.match(word) ?? [])
    for (const { text } of addedText(file)) for (const name of text.match(word) ?? []) if (!old.has(name)) found.add(name)
  }
  return [...found].sort()
}

/** By name, whatever became of the place: what moved to another of the changed files is still there. */
function removedExports(texts: readonly ChangedFile[]): readonly string[] {
  const kept = new Set(texts.flatMap(({ path, after }) => exportedNames(path, after)))
  return [...new Set(texts.flatMap(({ path, before, isProtected }) => (isProtected ? [] : exportedNames(path, before))))].filter((name) => !kept.has(name)).sort()
}

const endings: readonly (readonly [RegExp, string])[] = [
  [/\.[cm]?jsx?$/i, 'javascript'],
  [/\.[cm]?tsx?$/i, 'typescript'],
  [/\.pyw?$/i, 'python'],
  [/\.(?:c|cc|cpp|cxx|h|hh|hpp|hxx)$/i, 'cpp'],
  [/\.(?:md|mdx|rst|txt|adoc)$/i, 'text'],
  [/\.(?:ya?ml|json|jsonc|toml|ini)$/i, 'data'],
]

function languageOf(path: string): string {
  return endings.find(([ending]) => ending.test(path))?.[1] ?? 'other'
}
