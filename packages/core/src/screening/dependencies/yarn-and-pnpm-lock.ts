import { sourceOf, type LockedPackage, type LockReader } from './locked-package.ts'
import { registryOr } from './npm-lock.ts'

interface Draft {
  readonly key: string
  readonly lines: string[]
}

/** yarn.lock of versions 1 and 2 to 4: blocks that begin in the first column. Read by lines: a parser of YAML needs seconds for what has a few MB. */
export const yarnLock: LockReader = (text) => {
  if (!/^# yarn lockfile v1|^__metadata:/m.test(text)) return null
  const found = new Map<string, LockedPackage>()
  for (const { key, lines } of blocks(text, /^(\S.*):\s*$/)) {
    if (key === '__metadata') continue
    const field = (name: string): string => lines.map((line) => new RegExp(`^ {2}"?${name}"?:? +"?([^"]*)"?$`).exec(line)?.[1]).find((value) => value !== undefined) ?? ''
    const [first = ''] = key.replaceAll('"', '').split(/,\s*/)
    const name = /^(@?[^@]+)@/.exec(first)?.[1] ?? first
    const resolution = field('resolution')
    const resolved = field('resolved')
    const from = resolution.replace(/^@?[^@]+@/, '')
    const url = resolved === '' ? /^(?:npm:)?[^:]*::__archiveUrl=(.*)$/.exec(from)?.[1] ?? '' : resolved
    const source = resolution === '' ? registryOr(resolved) : from.startsWith('npm:') ? 'registry' : from.startsWith('patch:') ? 'file' : sourceOf(from)
    const address = url === '' ? (source === 'registry' || source === 'workspace' ? '' : from) : decoded(url)
    const integrity = [field('integrity'), field('checksum'), /#([0-9a-f]{40})$/.exec(resolved)?.[1] ?? ''].filter((digest) => digest !== '')
    found.set(key, { name, version: field('version'), source, urls: address === '' ? [] : [address], integrity, runsOnInstall: false })
  }
  return found
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return text
    throw error
  }
}

/** pnpm-lock.yaml, versions 5 to 9: entries of `packages`, two spaces deep. */
export const pnpmLock: LockReader = (text) => {
  if (!/^lockfileVersion:/m.test(text)) return null
  const found = new Map<string, LockedPackage>()
  const start = /^packages:\s*$/m.exec(text)
  if (start === null) return found
  const rest = text.slice(start.index + start[0].length)
  const section = rest.slice(0, /^\S/m.exec(rest)?.index ?? rest.length)
  for (const { key, lines } of blocks(section, /^ {2}(\S.*):\s*$/)) {
    const id = key.replaceAll(/^['"/]+|['"]+$/g, '')
    const [, name = id, version = ''] = /^(@?[^@(]+?)[@/]([^@/(]*)(?:\(.*)?$/.exec(id) ?? []
    const body = lines.join(' ')
    const url = /\b(?:tarball|repo|registry): ['"]?([^\s,'"}]+)/.exec(body)?.[1] ?? (/@((?:https?|git\+|file:)\S+)$/.exec(id)?.[1] ?? '')
    const isGit = /\btype: git\b|\bcommit: /.test(body)
    const source = isGit ? 'git' : /\btype: directory\b|\bdirectory: /.test(body) ? 'file' : url === '' ? 'registry' : registryOr(url)
    const digest = /\bintegrity: ['"]?([^\s,'"}]+)/.exec(body)?.[1]
    found.set(id, { name, version, source, urls: url === '' ? [] : [url], integrity: digest === undefined ? [] : [digest], runsOnInstall: /\brequiresBuild: true\b/.test(body) })
  }
  return found
}

function blocks(text: string, head: RegExp): readonly Draft[] {
  const found: Draft[] = []
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const key = head.exec(line.replace(/\r$/, ''))?.[1]
    if (key === undefined) found.at(-1)?.lines.push(line.replace(/\r$/, ''))
    else found.push({ key, lines: [] })
  }
  return found
}
