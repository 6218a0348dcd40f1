import { sourceOf, type LockedPackage, type LockReader, type PackageSource } from './locked-package.ts'

type Fields = Readonly<Record<string, unknown>>

/** package-lock.json and npm-shrinkwrap.json, versions 1 to 3, as npm's documentation has them. */
export const npmLock: LockReader = (text) => {
  const parsed = parseObject(text)
  if (parsed === null) return null
  const found = new Map<string, LockedPackage>()
  const packages = fieldsOf(parsed['packages'])
  for (const [place, entry] of Object.entries(packages)) {
    const fields = fieldsOf(entry)
    if (place === '' || !isFields(entry)) continue
    found.set(place, packageOf(textOf(fields['name']) || place.replace(/^.*(?:^|\/)node_modules\//, ''), fields, { isPlace: !place.includes('node_modules/') }))
  }
  // Version 1, and beside version 2 for old readers: what stands only there is installed by them.
  readDependencies(parsed['dependencies'], 'node_modules/', { found, depth: 0 })
  return found
}

/** Deeper than any tree of packages is. */
const deepest = 100

function readDependencies(dependencies: unknown, prefix: string, { found, depth }: { readonly found: Map<string, LockedPackage>; readonly depth: number }): void {
  if (depth > deepest) return
  for (const [name, entry] of Object.entries(fieldsOf(dependencies))) {
    if (!isFields(entry)) continue
    const place = `${prefix}${name}`
    const own = packageOf(name, { ...entry, ...(typeof entry['version'] === 'string' && sourceOf(entry['version']) !== 'registry' ? { resolved: entry['version'] } : {}) }, { isPlace: false })
    const known = found.get(place)
    // Both say the same, or the older part says something of its own.
    if (known === undefined) found.set(place, own)
    else if (own.urls.some((url) => !known.urls.includes(url)) || own.integrity.some((digest) => !known.integrity.includes(digest))) found.set(`${place} (version 1)`, own)
    readDependencies(entry['dependencies'], `${place}/node_modules/`, { found, depth: depth + 1 })
  }
}

function packageOf(name: string, fields: Fields, { isPlace }: { readonly isPlace: boolean }): LockedPackage {
  const resolved = textOf(fields['resolved'])
  const isLink = fields['link'] === true
  const source: PackageSource = isPlace ? 'workspace' : isLink ? (resolved === '' || /^\.\.|^\//.test(resolved) ? 'file' : 'workspace') : resolved === '' ? 'registry' : registryOr(resolved)
  return {
    name,
    version: textOf(fields['version']),
    source,
    urls: /^[\w+]+:/.test(resolved) ? [resolved] : [],
    integrity: textOf(fields['integrity']).split(/\s+/).filter((digest) => digest !== ''),
    runsOnInstall: fields['hasInstallScript'] === true,
    ...(fields['inBundle'] === true || fields['bundled'] === true ? { isBundled: true } : {}),
  }
}

/** A tarball in the layout of registries. Which registry is a question of its host. */
export function registryOr(address: string): PackageSource {
  const source = sourceOf(address)
  return source === 'http' && /\/-\/[^/]+\.tgz(?:[?#]|$)|\/download\/[^/]+\/|\/@?[\w.-]+\/[\w.-]+\.tgz(?:[?#]|$)/.test(address) ? 'registry' : source
}

export function parseObject(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text)
    return isFields(value) ? value : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {}
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
