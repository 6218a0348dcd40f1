/** Where a package comes from. `registry`: by name and version from an index; `workspace`: the repository itself. */
export type PackageSource = 'registry' | 'git' | 'http' | 'file' | 'workspace'

/** One package as a lockfile pins it. */
export interface LockedPackage {
  readonly name: string
  readonly version: string
  readonly source: PackageSource
  /** Addresses that it is taken from; a lockfile that names none leaves it to the settings. */
  readonly urls: readonly string[]
  /** Digests, as the lockfile spells them. */
  readonly integrity: readonly string[]
  readonly runsOnInstall: boolean
  /** Comes inside of another package, and has no digest of its own. */
  readonly isBundled?: boolean
}

/** By a key that stays the same when a version changes as little as that can be: place or name. Null: this is no lockfile of that kind. */
export type LockReader = (text: string) => ReadonlyMap<string, LockedPackage> | null

/** What an address says about where a package comes from. */
export function sourceOf(address: string): PackageSource {
  if (/^(?:git(?:\+|:|@)|github:|gitlab:|bitbucket:|gist:|ssh:\/\/)|\.git(?:#|$)|^[\w.-]+\/[\w.-]+(?:#.*)?$|codeload\.github\.com|^https:\/\/github\.com\/[\w.-]+\/[\w.-]+(?:#|$)/i.test(address)) return 'git'
  if (/^(?:file|link|portal|path|editable|virtual):|^\.{0,2}\//i.test(address)) return 'file'
  if (/^workspace:/i.test(address)) return 'workspace'
  return /^https?:\/\//i.test(address) ? 'http' : 'registry'
}

/** Host in small letters; null for what is no address. A name before an `@` in it does not count. */
export function hostOf(address: string): string | null {
  try {
    return new URL(address.replace(/^git\+/, '')).hostname.toLowerCase() || null
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}
