import { addedText, type ChangedFile } from '../changed-file.ts'
import type { WeighedFinding } from '../screening.ts'
import { sourceOf } from './locked-package.ts'
import { manifestRules } from './manifest-rules.ts'
import { fieldsOf, parseObject } from './npm-lock.ts'
import { builtIn, popular, shadowedBy } from './package-names.ts'

const groups = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies', 'overrides', 'resolutions'] as const
/** Run by installing the package, or by installing it from its repository. */
const installScripts: ReadonlySet<string> = new Set(['preinstall', 'install', 'postinstall', 'prepare', 'preprepare', 'postprepare', 'prepublish', 'dependencies'])
const trust: readonly string[] = ['allowScripts', 'trustedDependencies', 'dependenciesMeta', 'pnpm', 'publishConfig', 'packageManager', 'gypfile', 'lavamoat']
const mostOfRule = 20

/** What manifests and settings of package managers newly say about where dependencies come from and what they may run. */
export function manifestFindings(file: ChangedFile): readonly WeighedFinding[] {
  if (file.after === null) return []
  const found = [...lineFindings(file), ...(/(?:^|\/)package\.json$/i.test(file.path) ? packageFindings(file, file.after) : []), ...pythonNames(file), ...fetchedSources(file)]
  return [...Map.groupBy(found, ({ rule }) => rule).values()].flatMap((group) => group.slice(0, mostOfRule))
}

function lineFindings(file: ChangedFile): readonly WeighedFinding[] {
  const rules = manifestRules.filter(({ files }) => files.test(file.path))
  if (rules.length === 0) return []
  const old = new Set(file.before?.split('\n').map((line) => line.trim()) ?? [])
  return addedText(file).flatMap(({ number, text }) => {
    if (/^\s*#/.test(text) || old.has(text.trim())) return []
    const line = text.slice(0, 2_000)
    return rules.filter(({ pattern }) => pattern.test(line)).map(({ rule, message }) => finding(file, { rule, line: number, message }))
  })
}

function packageFindings(file: ChangedFile, after: string): readonly WeighedFinding[] {
  const [old, now] = [file.before === null ? {} : parseObject(file.before), parseObject(after)]
  if (now === null || old === null) return []
  const entriesOf = (manifest: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> => new Map(groups.flatMap((group) => flattened(manifest[group], group)))
  const [before, entries] = [entriesOf(old), entriesOf(now)]
  const names = new Set([...before.keys()].map(nameOf))
  const found: WeighedFinding[] = []
  for (const [key, wanted] of entries) {
    if (before.get(key) === wanted) continue
    const name = nameOf(key)
    const label = JSON.stringify(name.slice(0, 100))
    const source = sourceOf(wanted)
    if (source !== 'registry' && source !== 'workspace') found.push(finding(file, { rule: 'dependency-not-from-registry', line: null, message: `takes ${label} ${{ git: 'from a repository', http: 'from an address', file: 'from a file' }[source]} and not from an index` }))
    if (wanted.startsWith('npm:')) found.push(finding(file, { rule: 'dependency-under-other-name', line: null, message: `installs ${JSON.stringify(wanted.slice(4, 104))} under the name of ${label}` }))
    if (!names.has(name)) found.push(...shadowFinding(file, { name, known: names, kind: 'npm' }))
  }
  const [scriptsBefore, scripts] = [fieldsOf(old['scripts']), fieldsOf(now['scripts'])]
  for (const [name, command] of Object.entries(scripts)) if (installScripts.has(name) && scriptsBefore[name] !== command) found.push(finding(file, { rule: 'dependency-runs-on-install', line: null, message: `runs ${JSON.stringify(String(command).slice(0, 80))} when it is installed` }))
  for (const name of trust) if (now[name] !== undefined && JSON.stringify(now[name]) !== JSON.stringify(old[name])) found.push(finding(file, { rule: 'dependency-runs-on-install', line: null, message: `changes ${name}: what packages may run, or which one runs them` }))
  return found
}

/** `overrides` nest. */
function flattened(value: unknown, prefix: string): readonly (readonly [string, string])[] {
  return Object.entries(fieldsOf(value)).flatMap(([name, wanted]) => (typeof wanted === 'string' ? [[`${prefix} ${name}`, wanted] as const] : flattened(wanted, `${prefix} ${name} >`)))
}

function nameOf(key: string): string {
  return key.slice(key.lastIndexOf(' ') + 1).replace(/(?<=.)@.*$/, '')
}

function pythonNames(file: ChangedFile): readonly WeighedFinding[] {
  if (!/(?:^|\/)(?:requirements|constraints)[^/]*\.(?:txt|in)$|(?:^|\/)requirements\/[^/]+\.(?:txt|in)$/i.test(file.path)) return []
  const names = (text: string | null): ReadonlySet<string> => new Set((text ?? '').split('\n').flatMap((line) => /^\s*([A-Za-z0-9][\w.-]*)/.exec(line)?.[1]?.toLowerCase() ?? []))
  const before = names(file.before)
  return [...names(file.after)].filter((name) => !before.has(name)).flatMap((name) => shadowFinding(file, { name, known: before, kind: 'python' }))
}

function shadowFinding(file: ChangedFile, { name, known, kind }: { readonly name: string; readonly known: ReadonlySet<string>; readonly kind: 'npm' | 'python' }): readonly WeighedFinding[] {
  const label = JSON.stringify(name.slice(0, 100))
  const found = (message: string): readonly WeighedFinding[] => [finding(file, { rule: 'dependency-shadows', line: null, message })]
  if (/[^\u0021-\u007e]/.test(name)) return found(`adds the package ${label}, whose name holds letters that look like others`)
  if (builtIn[kind].has(name)) return found(`adds a package called ${label}, which is the name of a module of the language`)
  if (popular[kind].has(name)) return []
  const other = shadowedBy(name, [...known, ...popular[kind]])
  return other === null ? [] : found(`adds the package ${label}, which could be taken for ${JSON.stringify(other)}`)
}

const fetched = /\b(?:FetchContent_Declare|ExternalProject_Add|CPMAddPackage|file\s*\(\s*DOWNLOAD)\b/i

/** Sources that CMake fetches: by a digest or the name of a commit they are what they were, by anything else they are what somebody puts there. */
function fetchedSources(file: ChangedFile): readonly WeighedFinding[] {
  if (!/(?:^|\/)(?:cmakelists\.txt|[^/]+\.cmake)$/i.test(file.path) || file.after === null || !fetched.test(file.after)) return []
  const old = new Set(declarations(file.before ?? ''))
  return declarations(file.after).filter((text) => !old.has(text)).flatMap((text) => {
    const found = [finding(file, { rule: 'dependency-not-from-registry', line: null, message: `fetches sources: ${JSON.stringify(text.slice(0, 80))}` })]
    const isPinned = /\b(?:URL_HASH|EXPECTED_HASH|URL_MD5|SHA256|HASH)\b/i.test(text) || /\bGIT_TAG\s+["']?[0-9a-f]{40}\b/i.test(text)
    return isPinned ? found : [...found, finding(file, { rule: 'dependency-without-integrity', line: null, message: `fetches sources without a digest: ${JSON.stringify(text.slice(0, 80))}` })]
  })
}

function declarations(text: string): readonly string[] {
  const bare = text.replaceAll(/#[^\n]*/g, '')
  return [...bare.matchAll(new RegExp(`${fetched.source}[^()]{0,2000}(?:\\([^()]{0,2000}\\))?`, 'gi'))].map((match) => match[0].replaceAll(/\s+/g, ' ').trim())
}

function finding({ path }: ChangedFile, { rule, line, message }: { readonly rule: string; readonly line: number | null; readonly message: string }): WeighedFinding {
  return { rule, file: path, line, message, weight: 'require-approval', risk: 0.6, consentLevel: 3 }
}
