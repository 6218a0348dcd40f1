import { isCanonicalPath } from '../../target/repository-path.ts'

export interface SourceHints {
  /** File endings of the language, joined by `|`. */
  readonly endings: string
  /** Folders that usually hold sources; only those that hold a file of the language count. */
  readonly folders: readonly string[]
  /** Single files that are sources if they exist. */
  readonly files: readonly string[]
}

/** Folders that are built, vendored, or hold tests: never sources, wherever a manifest points. */
const notSource = /(^|\/)(dist|build|out|coverage|vendor|node_modules|tests?|__tests__|bench|benchmarks?|perf|examples?|docs?|scripts?)(\/|$)/

/** Files that judge or set up, by their names: editing them is never what a search is for, and naming them would lift their protection. */
const judges = /(?:^|[/_.-])(?:bench(?:mark)?s?|tests?|spec|conftest|noxfile|setup|perf)(?:[_.-][^/]*)?\.\w+$/i

/** Whether a path may hold source code at all: not built, not vendored, no judge. */
export function isSourcePath(path: string): boolean {
  return !notSource.test(path) && !judges.test(path) && isCanonicalPath(path)
}

/** Globs for target.edit: the usual folders, workspace packages' own, entry files outside of them; if nothing of that exists, files at the root. */
export function sourceGlobs(paths: readonly string[], hints: SourceHints): readonly string[] {
  const isSource = new RegExp(`\\.(${hints.endings})$`)
  const sources = paths.filter((path) => isSource.test(path) && path.length < 400 && !/\.d\.[cm]?ts$/.test(path) && !notSource.test(path) && isCanonicalPath(path))
  const folders = hints.folders.filter((folder) => sources.some((path) => path.startsWith(`${folder}/`)))
  const workspaces = hints.folders.map((folder) => `packages/*/${folder}`).filter((_, index) => sources.some((path) => new RegExp(`^packages/[^/]+/${hints.folders[index]}/`).test(path)))
  const covered = (path: string): boolean => folders.some((folder) => path.startsWith(`${folder}/`))
  const entries = [...new Set(hints.files)].filter((file) => sources.includes(file) && !covered(file))
  const found = [...folders.map((folder) => `${folder}/**`), ...workspaces.map((folder) => `${folder}/**`), ...entries.map(escapeGlob)]
  if (found.length > 0) return found
  const own = sources.filter((path) => !judges.test(path) && !/\.config\.|(?:^|\/)\./.test(path)).sort()
  const atRoot = own.filter((path) => !path.includes('/'))
  if (atRoot.length > 0) return atRoot.slice(0, 20).map(escapeGlob)
  // Folders with names of their own.
  return [...new Set(own.map((path) => `${escapeGlob(path.slice(0, path.indexOf('/')))}/**`))].slice(0, 20)
}

/** A glob that matches exactly this path. */
export function escapeGlob(path: string): string {
  return path.replaceAll(/[[\]{}()*?!+@]/g, String.raw`\$&`)
}
