import type { ChangedFile } from '../screening/changed-file.ts'
import type { DependencyFact } from './policy-facts.ts'

/** Manifests and lockfiles whose format is not read here: that they change is what is known. */
const opaque = /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.ya?ml|bun\.lockb?|poetry\.lock|uv\.lock|pdm\.lock|pipfile(?:\.lock)?|pyproject\.toml|setup\.(?:py|cfg)|cargo\.(?:toml|lock)|go\.(?:mod|sum)|vcpkg\.json|conanfile\.\w+|cmakelists\.txt|\.gitmodules|gemfile(?:\.lock)?|composer\.(?:json|lock))$/i

/** What a change does to the dependencies that its manifests name. A manifest that cannot be read counts as changed in all of them. */
export function changedDependencies(files: readonly ChangedFile[]): readonly DependencyFact[] {
  return files.flatMap(({ path, before, after, problem }) => {
    if (/(?:^|\/)package\.json$/i.test(path)) return problem === null ? compared(path, packageEntries(before), packageEntries(after)) : [unknown(path)]
    if (/(?:^|\/)(?:requirements|constraints)(?:[^/]*|\/[^/]+)\.(?:txt|in)$/i.test(path)) return problem === null ? compared(path, requirements(before), requirements(after)) : [unknown(path)]
    return opaque.test(path) ? [unknown(path)] : []
  })
}

function unknown(manifest: string): DependencyFact {
  return { manifest, name: '*', change: 'changed' }
}

type Entries = ReadonlyMap<string, string> | null

function compared(manifest: string, before: Entries, after: Entries): readonly DependencyFact[] {
  if (before === null || after === null) return [unknown(manifest)]
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  return names.flatMap((name): readonly DependencyFact[] => {
    const [old, now] = [before.get(name), after.get(name)]
    if (old === now) return []
    return [{ manifest, name, change: old === undefined ? 'added' : now === undefined ? 'removed' : 'changed' }]
  })
}

const groups = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies', 'bundledDependencies', 'bundleDependencies', 'overrides', 'resolutions'] as const

function packageEntries(text: string | null): Entries {
  if (text === null) return new Map()
  const parsed = parseJson(text)
  if (parsed === null) return null
  const entries = new Map<string, string>()
  for (const group of groups) {
    const held = parsed[group]
    if (Array.isArray(held)) for (const name of held) entries.set(`${String(name)}`, group)
    else if (typeof held === 'object' && held !== null) for (const [name, version] of Object.entries(held)) entries.set(name, `${entries.get(name) ?? ''}${group}:${JSON.stringify(version)};`)
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
  return new Map(lines.map((line) => [line.startsWith('-') ? line : (line.match(/^[\w.-]+/)?.[0] ?? line).toLowerCase(), line]))
}
