import type { ChangedFile } from '../changed-file.ts'
import type { FindingWeight, WeighedFinding } from '../screening.ts'
import { hostOf, type LockedPackage } from './locked-package.ts'
import { lockReaderFor } from './read-lockfile.ts'

/** Indexes that everybody uses, and the hosts that their files lie on. Others are known only where the old lockfile names them. */
const commonHosts: ReadonlySet<string> = new Set([
  'registry.npmjs.org', 'registry.yarnpkg.com', 'registry.npmmirror.com', 'npm.jsr.io', 'pypi.org', 'files.pythonhosted.org', 'index.crates.io', 'static.crates.io', 'crates.io', 'github.com',
])
const mostOfRule = 20

type Rule = 'dependency-foreign-host' | 'dependency-not-from-registry' | 'dependency-without-integrity' | 'dependency-integrity-changed' | 'dependency-runs-on-install' | 'dependency-under-other-name' | 'lockfile-unreadable'

/** What a change does to lockfiles that a person should know: packages from elsewhere, without or with another digest, with scripts of their own. */
export function lockfileFindings(file: ChangedFile): readonly WeighedFinding[] {
  const read = lockReaderFor(file.path)
  if (read === null || file.after === null || file.after === file.before) return []
  const [old, now] = [file.before === null ? new Map<string, LockedPackage>() : read(file.before), read(file.after)]
  if (now === null) return [finding(file, 'lockfile-unreadable', 'is no lockfile that can be read any more')]
  const known = knownOf(old ?? new Map())
  const changed = [...now].filter(([key, locked]) => !isSame(old?.get(key), locked))
  const found = changed.flatMap(([key, locked]) => packageFindings(file, { locked, before: old?.get(key), known }))
  return [...Map.groupBy(found, ({ rule }) => rule).values()].flatMap((group) => group.slice(0, mostOfRule))
}

interface Known {
  readonly hosts: ReadonlySet<string>
  /** By name and version: a package that is only hoisted to another place stays what it was. */
  readonly packages: ReadonlyMap<string, LockedPackage>
  /** Whether entries of this lockfile have digests at all. */
  readonly hasIntegrity: boolean
}

function knownOf(packages: ReadonlyMap<string, LockedPackage>): Known {
  const all = [...packages.values()]
  return {
    hosts: new Set([...commonHosts, ...all.flatMap(({ urls }) => urls.flatMap((url) => hostOf(url) ?? []))]),
    packages: new Map(all.map((locked) => [`${locked.name}@${locked.version}`, locked])),
    hasIntegrity: all.length === 0 || all.some(({ integrity, source }) => source === 'registry' && integrity.length > 0),
  }
}

function isSame(a: LockedPackage | undefined, b: LockedPackage): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b)
}

function packageFindings(file: ChangedFile, { locked, before, known }: { readonly locked: LockedPackage; readonly before: LockedPackage | undefined; readonly known: Known }): readonly WeighedFinding[] {
  const label = JSON.stringify(`${locked.name}@${locked.version}`.slice(0, 100))
  const same = known.packages.get(`${locked.name}@${locked.version}`)
  const found: WeighedFinding[] = []
  const add = (rule: Rule, message: string): void => void found.push(finding(file, rule, message))
  const foreign = locked.urls.map(hostOf).find((host) => host !== null && !known.hosts.has(host))
  if (foreign !== undefined) add('dependency-foreign-host', `takes ${label} from ${JSON.stringify(foreign)}, which no package came from before`)
  const plain = locked.urls.find((url) => /^http:\/\//i.test(url))
  if (plain !== undefined && !(before ?? same)?.urls.includes(plain)) add('dependency-foreign-host', `takes ${label} over an unprotected connection`)
  if (locked.source !== 'registry' && locked.source !== 'workspace' && (before ?? same)?.source !== locked.source) add('dependency-not-from-registry', `takes ${label} ${{ git: 'from a repository', http: 'from an address', file: 'from a file' }[locked.source]} and not from an index`)
  const other = otherName(locked)
  if (other !== null) add('dependency-under-other-name', `installs ${JSON.stringify(other)} under the name of ${label}`)
  const needsDigest = locked.source === 'registry' && locked.isBundled !== true && known.hasIntegrity && locked.name !== ''
  if (needsDigest && locked.integrity.length === 0) add('dependency-without-integrity', `pins ${label} without a digest${(before ?? same)?.integrity.length ? ', which it had' : ''}`)
  const pinned = same ?? before
  if (pinned !== undefined && isSwapped(pinned, locked)) add('dependency-integrity-changed', `gives ${label} another digest though it is the same version from the same place`)
  if (locked.runsOnInstall && (before ?? same)?.runsOnInstall !== true) add('dependency-runs-on-install', `lets ${label} run a script when it is installed`)
  if (locked.name === '' && locked.version === 'unverified') add('dependency-foreign-host', 'no longer asks an index who it is')
  return found
}

/** The same version, from an index, in the same kind of digest, and none of the old ones is left. */
function isSwapped(old: LockedPackage, now: LockedPackage): boolean {
  if (old.version !== now.version || old.name !== now.name || now.name === '' || old.source !== 'registry' || now.source !== 'registry') return false
  const kinds = new Set(old.integrity.map(kindOf))
  const comparable = now.integrity.filter((digest) => kinds.has(kindOf(digest)))
  return comparable.length > 0 && comparable.every((digest) => !old.integrity.includes(digest))
}

/** `sha512-`, `sha256:`, `10c0/`, or how long it is. */
function kindOf(digest: string): string {
  return /^[\w.]+[-:/](?=[\w+/=]{20})/.exec(digest)?.[0] ?? String(digest.length)
}

/** On npm's registries the address of a tarball begins with the package's name. */
function otherName({ name, urls: [url] }: LockedPackage): string | null {
  const host = url === undefined ? null : hostOf(url)
  if (url === undefined || (host !== 'registry.npmjs.org' && host !== 'registry.yarnpkg.com') || name === '') return null
  const path = new URL(url).pathname.replaceAll(/%2f/gi, '/').replaceAll(/%40/g, '@').slice(1)
  const real = /^(@[^/]+\/[^/]+|[^/]+)\/-\//.exec(path)?.[1] ?? null
  return real === null || real.toLowerCase() === name.toLowerCase() ? null : real
}

/** A digest that changes under one version is what an attack looks like, and no update does it: no person can see that it is right. */
function finding({ path }: ChangedFile, rule: Rule, message: string): WeighedFinding {
  const weight: FindingWeight = rule === 'dependency-integrity-changed' ? 'deny' : 'require-approval'
  return { rule, file: path, line: null, message, weight, risk: weight === 'deny' ? 0.9 : 0.6, consentLevel: 3 }
}
