import ignore, { type Ignore } from 'ignore'

/** What tools and agents leave beside the files that they work on, whatever a repository says of it. */
const usual = ['.aider*', '__pycache__/', '*.py[cod]', '.pytest_cache/', '.mypy_cache/', '.ruff_cache/', '.DS_Store', '/.claude/', '/.codex/', '/.gemini/', '/.opencode/', '/.goose/']

/** One `.gitignore`: its folder (empty: the root; otherwise with a slash at its end) and its text. */
export interface IgnoreFile {
  readonly folder: string
  readonly text: string
}

export interface Leftovers {
  /** Of the tree as it was: these files are never leftovers. */
  readonly tracked: readonly string[]
  readonly ignoreFiles: readonly IgnoreFile[]
  /** Paths that were shown from elsewhere: what stands there now is none of the answer. */
  readonly shown: readonly string[]
}

/**
 * Whether something that was left in a folder is no part of an answer: what the tree's own `.gitignore` files name, what was mounted there, and what tools usually leave. A file that the tree holds always counts; so does a folder
 * that holds one.
 */
export function leftoversOf({ tracked, ignoreFiles, shown }: Leftovers): (path: string, isFolder: boolean) => boolean {
  const files = new Set(tracked)
  const folders = new Set(tracked.flatMap(foldersOf))
  const places = new Set(shown)
  const everywhere = ignore().add(usual)
  // The deepest one has the last word, as for git.
  const rules = ignoreFiles.map(({ folder, text }) => ({ folder, rules: ignore().add(text) })).toSorted((a, b) => b.folder.length - a.folder.length)
  return (path, isFolder) => {
    if (places.has(path)) return true
    if (isFolder ? folders.has(path) : files.has(path)) return false
    return everywhere.ignores(isFolder ? `${path}/` : path) || isIgnored(rules, path, isFolder)
  }
}

interface Rules {
  readonly folder: string
  readonly rules: Ignore
}

function isIgnored(rules: readonly Rules[], path: string, isFolder: boolean): boolean {
  for (const { folder, rules: own } of rules) {
    if (!path.startsWith(folder) || path.length === folder.length) continue
    const { ignored, unignored } = own.test(`${path.slice(folder.length)}${isFolder ? '/' : ''}`)
    if (ignored || unignored) return ignored
  }
  return false
}

function foldersOf(path: string): readonly string[] {
  const parts = path.split('/')
  return parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'))
}
