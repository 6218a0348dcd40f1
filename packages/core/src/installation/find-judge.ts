import type { TreeEntry } from '../workspace/workspace.ts'
import type { Installation, InstalledDependency, InstalledFile, InstalledPackage } from './installation.ts'

/** What of a repository is read besides the names and ids of its files. */
export interface TargetPackages {
  readonly entries: readonly TreeEntry[]
  /** Every `package.json` of the tree that can be read, by path. */
  readonly manifests: ReadonlyMap<string, { readonly name?: unknown; readonly dependencies?: unknown }>
  /** `packages` of the lock file at the root; null where there is none. */
  readonly lock: Readonly<Record<string, unknown>> | null
  /** Real path of the working tree. */
  readonly root: string
}

export interface Difference {
  /** In the target, or where a dependency lies. */
  readonly path: string
  readonly how: 'is changed' | 'is added' | 'is missing' | 'is not what the lock file names'
}

/**
 * What judges a target. `apart`: nothing of the target does. `same`: the target holds code that judges, and what runs is byte for byte what its baseline holds. `different`: it is not, so that
 * nobody knows whose judgement it would be.
 */
export type Judge =
  | { readonly kind: 'apart' }
  | { readonly kind: 'same'; readonly digest: string; readonly isJudging: (path: string) => boolean }
  | { readonly kind: 'different'; readonly digest: string; readonly differences: readonly Difference[]; readonly isJudging: (path: string) => boolean }

/** A copy of a file as small as this is no sign of anything. */
const smallestSign = 512
const codeFile = /\.(?:[cm]?[jt]sx?|py|pl|sh)$/

/** Tests and prose: nothing that judges reads them. Whatever is not known to be such counts. */
export const unread = /\.test\.[cm]?[jt]sx?$|\.md$/
/** What lies beside code and never runs when something is judged. */
const idle = new RegExp(`${unread.source}|(?:^|/)(?:coverage|node_modules)/|(?:^|/)LICENSE$|\\.tsbuildinfo$`)

/**
 * Whether the target holds the code that judges it: by where its files lie (links followed), by the names of packages in the baseline's tree, and by content. Pure. Packages in `node_modules` that the baseline does not
 * track are an ordinary installation: nothing of them is compared, but no change may touch them unseen.
 */
export function findJudge(installation: Installation, target: TargetPackages): Judge {
  const places = installation.packages.flatMap((one) => placesOf(one, target))
  const copies = copiesOf(installation, target, places.map(({ folder }) => folder))
  if (places.length === 0 && copies.size === 0) return { kind: 'apart' }
  const folders = places.map(({ folder }) => `${folded(folder)}/`)
  const isJudging = (path: string): boolean => copies.has(folded(path)) || (!unread.test(path) && folders.some((folder) => folder === '/' || `${folded(path)}/`.startsWith(folder)))
  const compared = places.filter(({ mustEqual }) => mustEqual)
  const differences = [...compared.flatMap((place) => differencesOf(place, target)), ...(compared.length === 0 ? [] : installation.dependencies.flatMap((one) => lockDifference(one, { lock: target.lock, bases: [...new Set(compared.map(baseOf))] })))]
  const { digest } = installation
  return differences.length === 0 ? { kind: 'same', digest, isJudging } : { kind: 'different', digest, differences, isJudging }
}

interface Place {
  readonly folder: string
  readonly held: InstalledPackage
  readonly mustEqual: boolean
}

function placesOf(held: InstalledPackage, target: TargetPackages): readonly Place[] {
  const own = inside(target.root, held.root)
  const named = namedFolders(held, target).filter((folder) => folder !== own)
  if (own !== null && target.entries.some((entry) => own === '' || entry.path.startsWith(`${own}/`))) return [{ folder: own, held, mustEqual: true }, ...named.map((folder) => ({ folder, held, mustEqual: false }))]
  // What runs lies elsewhere, or where the baseline holds nothing: then one of them must be it, the closest if there are several.
  const closest = named.toSorted((a, b) => differencesOf({ folder: a, held, mustEqual: true }, target).length - differencesOf({ folder: b, held, mustEqual: true }, target).length)
  // Below node_modules nothing is changed unseen in any case.
  const beside = own === null || /(?:^|\/)node_modules\//.test(own) ? [] : [{ folder: own, held, mustEqual: false }]
  return [...closest.map((folder, index) => ({ folder, held, mustEqual: index === 0 })), ...beside]
}

/** Below `root`, without a slash at either end; null: elsewhere. */
function inside(root: string, folder: string): string | null {
  if (folder === root) return ''
  return folder.startsWith(`${root}/`) ? folder.slice(root.length + 1) : null
}

/** A name without a scope may be somebody else's as well: only with Ratchet's own packages beside it is it ours. */
function namedFolders({ name }: InstalledPackage, { manifests }: TargetPackages): readonly string[] {
  return [...manifests].flatMap(([path, manifest]) => {
    if (manifest.name !== name) return []
    const needs = typeof manifest.dependencies === 'object' && manifest.dependencies !== null ? Object.keys(manifest.dependencies) : []
    return name.startsWith('@ratchet/') || needs.some((needed) => needed.startsWith('@ratchet/')) ? [path.replace(/\/?package\.json$/, '')] : []
  })
}

function differencesOf({ folder, held }: Place, { entries }: TargetPackages): readonly Difference[] {
  const prefix = folder === '' ? '' : `${folder}/`
  const isBuilt = !held.files.some(({ path }) => path.startsWith('src/'))
  const counts = (path: string): boolean => !idle.test(path) && (isBuilt || !path.startsWith('dist/'))
  const expected = new Map(entries.filter(({ path }) => path.startsWith(prefix) && counts(path.slice(prefix.length))).map((entry) => [entry.path.slice(prefix.length), entry]))
  const differences: Difference[] = []
  for (const file of held.files) {
    if (!counts(file.path) && !isFolder(file)) continue
    const entry = expected.get(file.path)
    expected.delete(file.path)
    if (entry === undefined) differences.push({ path: `${prefix}${file.path}`, how: 'is added' })
    else if (entry.id !== file.id || (entry.mode === '120000') !== file.isLink) differences.push({ path: `${prefix}${file.path}`, how: 'is changed' })
  }
  return [...differences, ...[...expected.keys()].map((path): Difference => ({ path: `${prefix}${path}`, how: 'is missing' }))]
}

/** See `InstalledFile.path`. */
function isFolder({ id }: InstalledFile): boolean {
  return id === ''
}

/** What is imported must be what the baseline's lock file names, at the place that it names: a folder that comes first on the way would stand in for it. */
function lockDifference({ name, version, place }: InstalledDependency, { lock, bases }: { readonly lock: TargetPackages['lock']; readonly bases: readonly (string | null)[] }): readonly Difference[] {
  const own = bases.map((base) => (base === null ? null : inside(base, place))).find((found) => found !== null) ?? null
  if (lock === null) return own === null || own === `node_modules/${name}` ? [] : [{ path: own, how: 'is not what the lock file names' }]
  const candidates = own === null ? Object.entries(lock).filter(([key]) => key === `node_modules/${name}` || key.endsWith(`/node_modules/${name}`)) : Object.entries(lock).filter(([key]) => key === own)
  const isNamed = candidates.some(([, value]) => typeof value === 'object' && value !== null && ((value as { readonly link?: unknown }).link === true || (value as { readonly version?: unknown }).version === version))
  return isNamed ? [] : [{ path: own ?? place, how: 'is not what the lock file names' }]
}

/** Where the root of the repository would lie for the installation that runs: a worktree, for instance. */
function baseOf({ folder, held }: Place): string | null {
  if (folder === '') return held.root
  return held.root.endsWith(`/${folder}`) ? held.root.slice(0, -folder.length - 1) : null
}

/** Copies of judging code under other names, folded. */
function copiesOf({ packages }: Installation, { entries }: TargetPackages, folders: readonly string[]): ReadonlySet<string> {
  const ids = new Set(packages.flatMap(({ files }) => files.filter(({ path, bytes, isLink }) => !isLink && bytes >= smallestSign && codeFile.test(path) && !idle.test(path)).map(({ id }) => id)))
  return new Set(entries.filter(({ path, id, mode }) => mode.startsWith('100') && ids.has(id) && !folders.some((folder) => folder === '' || path.startsWith(`${folder}/`))).map(({ path }) => folded(path)))
}

/** Two spellings that some file system takes for one name. */
function folded(path: string): string {
  return path.normalize('NFC').toLowerCase()
}
