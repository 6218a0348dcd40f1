import { sourceOf, type LockedPackage, type LockReader } from './locked-package.ts'
import { fieldsOf, isFields, parseObject } from './npm-lock.ts'

/** poetry.lock, uv.lock, pdm.lock and Cargo.lock: tables of TOML that begin with `[[package]]`. Read by lines, as their tools write them. */
export const tomlLock: LockReader = (text) => {
  if (!/^\[\[package\]\]/m.test(text)) return /^version = \d/m.test(text) || text.trim() === '' ? new Map() : null
  const found = new Map<string, LockedPackage>()
  const [, ...tables] = text.split(/^\[\[package\]\][ \t\r]*$/m)
  const digests = lateDigests(text)
  for (const table of tables) {
    const body = table.split(/^\[(?!\[?package)/m)[0] ?? ''
    const value = (name: string): string => new RegExp(`^${name} = "([^"\\n]*)"`, 'm').exec(body)?.[1] ?? ''
    const [name, version] = [value('name'), value('version')]
    const from = /^source = (?:\{([^\n]*)\}|"([^"\n]*)")/m.exec(body)
    const section = /^\[package\.source\]\s*\n((?:\w+ = [^\n]*\n?)*)/m.exec(body)?.[1] ?? ''
    const integrity = [...body.matchAll(/\b(?:hash = |checksum = )"([^"\n]+)"/g)].map((match) => match[1] ?? '')
    const files = [...body.matchAll(/\{[^\n]{0,500}?\burl = "([^"\n]+)"/g)].map((match) => match[1] ?? '').filter((url) => /^https?:/.test(url))
    const { source, url } = origin(from?.[1] ?? from?.[2] ?? section)
    const all = [...integrity, ...(digests.get(name.toLowerCase()) ?? [])]
    // A version or a source of its own beside another one is another entry.
    found.set(found.has(name) ? `${name} ${version} ${url}` : name, { name, version, source, urls: [...new Set([...(url === '' ? [] : [url]), ...files])], integrity: [...new Set(all)], runsOnInstall: false })
  }
  return found
}

/** Old poetry keeps digests in a table of their own. */
function lateDigests(text: string): ReadonlyMap<string, readonly string[]> {
  const table = /^\[metadata\.(?:files|hashes)\]\s*\n([^]*?)(?=^\[|$(?![^]))/m.exec(text)?.[1] ?? ''
  const found = new Map<string, string[]>()
  let open = ''
  for (const line of table.split('\n')) {
    open = /^"?([\w.-]+)"? = \[/.exec(line)?.[1]?.toLowerCase() ?? open
    for (const [digest] of line.matchAll(/\b(?:sha256:)?[0-9a-f]{64}\b/g)) found.set(open, [...(found.get(open) ?? []), digest])
  }
  return found
}

function origin(text: string): Pick<LockedPackage, 'source'> & { readonly url: string } {
  const field = (name: string): string => new RegExp(`\\b${name} = "([^"\\n]*)"`).exec(text)?.[1] ?? ''
  const type = field('type')
  if (type === 'git' || field('git') !== '' || text.startsWith('git+')) return { source: 'git', url: field('url') || field('git') || text }
  if (type === 'directory' || type === 'file' || field('path') !== '' || field('directory') !== '') return { source: 'file', url: '' }
  if (field('editable') !== '' || field('virtual') !== '') return { source: 'workspace', url: '' }
  if (type === 'url') return { source: 'http', url: field('url') }
  if (type === 'legacy' || field('registry') !== '') return { source: 'registry', url: field('url') || field('registry') }
  if (/^(?:registry|sparse)\+/.test(text)) return { source: 'registry', url: text.replace(/^\w+\+/, '') }
  return field('url') === '' ? { source: 'registry', url: '' } : { source: 'http', url: field('url') }
}

/** Pipfile.lock. */
export const pipfileLock: LockReader = (text) => {
  const parsed = parseObject(text)
  if (parsed === null) return null
  const found = new Map<string, LockedPackage>()
  const indexes = fieldsOf(parsed['_meta'])['sources']
  for (const index of Array.isArray(indexes) ? indexes : []) {
    const url = String(fieldsOf(index)['url'] ?? '')
    found.set(`_meta ${url}`, { name: '', version: fieldsOf(index)['verify_ssl'] === false ? 'unverified' : '', source: 'registry', urls: [url], integrity: ['index'], runsOnInstall: false })
  }
  for (const [group, packages] of Object.entries(parsed)) {
    if (group === '_meta') continue
    for (const [name, entry] of Object.entries(fieldsOf(packages))) {
      if (!isFields(entry)) continue
      const url = String(entry['git'] ?? entry['file'] ?? entry['path'] ?? '')
      const source = entry['git'] !== undefined ? 'git' : entry['path'] !== undefined ? 'file' : url === '' ? 'registry' : sourceOf(url)
      found.set(`${group} ${name}`, { name, version: String(entry['version'] ?? entry['ref'] ?? ''), source, urls: url === '' ? [] : [url], integrity: Array.isArray(entry['hashes']) ? entry['hashes'].map(String) : [], runsOnInstall: false })
    }
  }
  return found
}
