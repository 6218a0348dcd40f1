import type { ChangedFile } from '../screening/changed-file.ts'
import { sourceOf } from '../screening/dependencies/locked-package.ts'
import { lockReaderFor } from '../screening/dependencies/read-lockfile.ts'
import type { DependencyFact } from './policy-facts.ts'

/** Manifests and lockfiles whose format is not read here: that they change is what is known. */
const opaque = /(?:^|\/)(?:bun\.lockb?|deno\.lock|pipfile|pyproject\.toml|setup\.(?:py|cfg)|cargo\.toml|go\.(?:mod|sum)|vcpkg\.json|conanfile\.\w+|conan\.lock|environment[^/]*\.ya?ml|(?:docker-)?compose[^/]*\.ya?ml|[^/]+\.wrap|cmakelists\.txt|\.gitmodules|gemfile(?:\.lock)?|composer\.(?:json|lock))$/i

/** What a change does to the dependencies that its manifests name. A manifest that cannot be read counts as changed in all of them. */
export function changedDependencies(files: readonly ChangedFile[]): readonly DependencyFact[] {
  return files.flatMap(({ path, before, after, problem }) => {
    if (/(?:^|\/)package\.json$/i.test(path)) return problem === null ? compared(path, packageEntries(before), packageEntries(after)) : [unknown(path)]
    if (/(?:^|\/)(?:requirements|constraints)(?:[^/]*|\/[^/]+)\.(?:txt|in)$/i.test(path)) return problem === null ? compared(path, requirements(before), requirements(after)) : [unknown(path)]
    const read = lockReaderFor(path)
    if (read !== null) {
      const found = problem === null ? compared(path, lockedEntries(read, before), lockedEntries(read, after)) : []
      // What changes besides the entries that are read may still change what is installed.
      return found.length === 0 ? [unknown(path)] : found
    }
    return opaque.test(path) ? [unknown(path)] : []
  })
}

function unknown(manifest: string): DependencyFact {
  return { manifest, name: '*', change: 'changed', source: 'unknown' }
}

/** By name: whatever makes it another one, and where it comes from. */
type Entries = ReadonlyMap<string, { readonly text: string; readonly source: NonNullable<DependencyFact['source']> }> | null

function compared(manifest: string, before: Entries, after: Entries): readonly DependencyFact[] {
  if (before === null || after === null) return [unknown(manifest)]
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  return names.flatMap((name): readonly DependencyFact[] => {
    const [old, now] = [before.get(name), after.get(name)]
    if (old?.text === now?.text) return []
    return [{ manifest, name, change: old === undefined ? 'added' : now === undefined ? 'removed' : 'changed', source: (now ?? old)?.source ?? 'unknown' }]
  })
}

const groups = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies', 'bundledDependencies', 'bundleDependencies', 'overrides', 'resolutions'] as const

function packageEntries(text: string | null): Entries {
  if (text === null) return new Map()
  const parsed = parseJson(text)
  if (parsed === null) return null
  const entries = new Map<string, { text: string; source: NonNullable<DependencyFact['source']> }>()
  for (const group of groups) {
    const held = parsed[group]
    if (Array.isArray(held)) for (const name of held) entries.set(`${String(name)}`, { text: group, source: 'registry' })
    else if (typeof held === 'object' && held !== null) for (const [name, version] of Object.entries(held)) entries.set(name, { text: `${entries.get(name)?.text ?? ''}${group}:${JSON.stringify(version)};`, source: typeof version === 'string' ? worst(entries.get(name)?.source, sourceOf(version)) : 'unknown' })
  }
  return entries
}

function parseJson(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** One requirement a line; options (`-r`, `--index-url`) count under their own text. */
function requirements(text: string | null): Entries {
  const lines = (text ?? '').split('\n').map((line) => line.replace(/(?:^|\s)#.*$/, '').trim()).filter((line) => line !== '')
  return new Map(lines.map((line) => [line.startsWith('-') ? line : (line.match(/^[\w.-]+/)?.[0] ?? line).toLowerCase(), { text: line, source: line.startsWith('-') ? 'unknown' : /\bgit\+/.test(line) ? 'git' : /@\s*https?:|^https?:/.test(line) ? 'http' : /@\s*file:|^\./.test(line) ? 'file' : 'registry' }]))
}

/** Named in two groups, the one that is no index counts. */
function worst(a: NonNullable<DependencyFact['source']> | undefined, b: NonNullable<DependencyFact['source']>): NonNullable<DependencyFact['source']> {
  return a === undefined || a === 'registry' ? b : a
}

/** Several versions of one package are one entry: what is asked about is the package. Null: this is no lockfile. */
function lockedEntries(read: NonNullable<ReturnType<typeof lockReaderFor>>, text: string | null): Entries {
  const locked = text === null ? new Map<string, never>() : read(text)
  if (locked === null) return null
  const entries = new Map<string, { text: string; source: NonNullable<DependencyFact['source']> }>()
  for (const { name, version, source, urls, integrity, runsOnInstall } of locked.values()) {
    const known = entries.get(name)
    entries.set(name, { text: `${known?.text ?? ''}${JSON.stringify([version, source, urls, integrity, runsOnInstall])}`, source: worst(known?.source, source) })
  }
  return entries
}
