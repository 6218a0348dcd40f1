import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { canonicalJson } from '../../journal/canonical-json.ts'
import { InstallationError } from '../../installation/installation-error.ts'
import { unread } from '../../installation/find-judge.ts'
import type { Installation, InstallationReader, InstalledDependency, InstalledFile, InstalledPackage } from '../../installation/installation.ts'

interface Manifest {
  readonly name?: string
  readonly version?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

interface Found {
  readonly name: string
  readonly version: string
  readonly place: string
  readonly root: string
}

type Format = Parameters<InstallationReader['read']>[0]['format']

/** The packages in these folders and what they import, as files on disk. Nothing of them is run. Read in one go: a thousand small files take ten times as long one promise at a time. */
export function createInstalledPackages(own: readonly string[]): InstallationReader {
  return {
    read: async ({ inside, format }): Promise<Installation> => {
      const roots = [...new Set(own.map((folder) => realpathSync(folder)))]
      const dependencies = closure(roots)
      const within = realpathSync(inside)
      // A dependency that is linked into the target is edited there, and judges from there.
      const linked = dependencies.filter(({ root }) => root.startsWith(`${within}${path.sep}`) && !root.slice(within.length).split(path.sep).includes('node_modules')).map(({ root }) => root)
      const packages: InstalledPackage[] = []
      for (const root of [...new Set([...roots, ...linked])].sort()) packages.push(readPackage(root, format))
      return { packages, dependencies, digest: digestOf(packages, dependencies) }
    },
  }
}

function digestOf(packages: readonly InstalledPackage[], dependencies: readonly InstalledDependency[]): string {
  const files = packages.map(({ name, files }) => [name, ...files.map((file) => [file.path, file.isLink, file.id])])
  const versions = [...new Set(dependencies.map(({ name, version }) => `${name}@${version}`))].sort()
  return createHash('sha256').update(canonicalJson({ files, versions })).digest('hex')
}

/** Every package that is imported, by Node's own rule: the nearest `node_modules` upwards from whoever imports it, wherever that really lies. */
function closure(roots: readonly string[]): readonly Found[] {
  const found = new Map<string, Found>()
  const open = [...roots]
  const seen = new Set(open)
  for (let root = open.pop(); root !== undefined; root = open.pop()) {
    const { dependencies = {}, optionalDependencies = {} } = manifestOf(root)
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const place = findPackage(root, name)
      // What is optional need not be there; what is needed and missing is noticed when it is imported.
      if (place === null) continue
      const real = realpathSync(place)
      if (!found.has(place)) found.set(place, { name, version: manifestOf(real).version ?? '', place, root: real })
      if (!seen.has(real)) open.push(real)
      seen.add(real)
    }
  }
  return [...found.values()].sort((a, b) => (a.place < b.place ? -1 : 1))
}

function findPackage(from: string, name: string): string | null {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const place = path.join(folder, 'node_modules', name)
    // The folder alone decides, whatever is in it.
    if (path.basename(folder) !== 'node_modules' && isThere(place)) return place
    if (path.dirname(folder) === folder) return null
  }
}

function isThere(file: string): boolean {
  try {
    lstatSync(file)
    return true
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}

function manifestOf(root: string): Manifest {
  try {
    return JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest
  } catch (error) {
    throw new InstallationError('installation-unreadable', `${path.join(root, 'package.json')} cannot be read, so nobody can say what judges here`, { cause: error, remedy: 'Install Ratchet again: npm ci.' })
  }
}

function readPackage(root: string, format: Format): InstalledPackage {
  const files: InstalledFile[] = []
  walk(root, '', { files, format })
  return { name: manifestOf(root).name ?? '', root, files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) }
}

function walk(root: string, below: string, found: { readonly files: InstalledFile[]; readonly format: Format }): void {
  for (const entry of readdirSync(path.join(root, below), { withFileTypes: true })) {
    const name = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.name === 'node_modules') {
      // That of the package itself is where its dependencies are looked for, and each of them is found there by name. Any other could stand in for one of them.
      if (below !== '') found.files.push({ path: name, isLink: entry.isSymbolicLink(), id: '', bytes: 0 })
    } else if (unread.test(name)) continue
    else if (entry.isDirectory()) walk(root, name, found)
    else found.files.push(readEntry(path.join(root, name), { name, isLink: entry.isSymbolicLink(), format: found.format }))
  }
}

/** Anything that is neither file nor link has the id of nothing that a tree holds. */
function readEntry(file: string, { name, isLink, format }: { readonly name: string; readonly isLink: boolean; readonly format: Format }): InstalledFile {
  if (!isLink && !lstatSync(file).isFile()) return { path: name, isLink: false, id: '', bytes: 0 }
  const content = isLink ? Buffer.from(readlinkSync(file)) : readFileSync(file)
  return { path: name, isLink, id: createHash(format).update(`blob ${content.length}\0`).update(content).digest('hex'), bytes: content.length }
}
