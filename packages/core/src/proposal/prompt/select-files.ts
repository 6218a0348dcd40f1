import path from 'node:path'
import { likelyTokens } from '../../model/count-tokens.ts'
import type { Random } from '../../randomness/seeded-random.ts'
import type { Opportunity } from '../proposal.ts'
import type { SourceFile } from '../proposer.ts'

export interface ShownFile {
  readonly path: string
  readonly text: string
  /** Which lines are shown, from 1; null: all. */
  readonly lines: readonly [number, number] | null
}

export interface FileSelection {
  readonly sources: ReadonlyMap<string, SourceFile>
  readonly opportunities: readonly Opportunity[]
  /** Text in which paths of files may stand, such as what a failing test prints. */
  readonly mentions: string
  readonly tokens: number
  readonly random: Random
}

/** Files that lead on to others by what they import. */
const seeds = 6
const mostFiles = 24
const around = 60

/**
 * The files that a prompt shows, within a budget of tokens: those with opportunities, by weight; those that a failing test names; what they import; where nothing points anywhere, some at random. A file that is too long is
 * shown round the lines that count. Looks into a handful of files, however many there are.
 */
export function selectFiles(selection: FileSelection): readonly ShownFile[] {
  const { sources, random } = selection
  const weights = weighed(selection)
  const ranked = [...weights].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([file]) => file)
  const first = ranked.length > 0 ? ranked.slice(0, seeds) : drawn(sources, random)
  const imported = first.flatMap((file) => importsOf(sources.get(file), sources))
  const order = [...new Set([...first, ...imported, ...ranked])].slice(0, mostFiles)
  const shown: ShownFile[] = []
  let left = selection.tokens
  for (const file of order) {
    const source = sources.get(file)
    const part = source === undefined ? null : fitting(source, { selection, left })
    if (part === null) continue
    shown.push(part)
    left -= likelyTokens(part.text)
  }
  return shown
}

function weighed({ opportunities, sources, mentions }: FileSelection): ReadonlyMap<string, number> {
  const weights = new Map<string, number>()
  for (const { path: file, weight } of opportunities) if (sources.has(file)) weights.set(file, (weights.get(file) ?? 0) + weight)
  for (const [name] of mentions.slice(0, 20_000).matchAll(/[\w@.+-][\w@./+-]{1,200}\.\w{1,5}/g)) {
    const file = [name, name.replace(/^.*?\//, '')].find((one) => sources.has(one))
    if (file !== undefined) weights.set(file, (weights.get(file) ?? 0) + 0.5)
  }
  return weights
}

function drawn(sources: ReadonlyMap<string, SourceFile>, random: Random): readonly string[] {
  const paths = [...sources.keys()]
  return paths.length === 0 ? [] : Array.from({ length: Math.min(3, paths.length) }, () => random.pick(paths))
}

/** Whole, or what lies round the weightiest lines; null where not even that fits. */
function fitting({ path: file, text }: SourceFile, { selection, left }: { readonly selection: FileSelection; readonly left: number }): ShownFile | null {
  if (likelyTokens(text) <= left) return { path: file, text, lines: null }
  const place = selection.opportunities.filter((one) => one.path === file).toSorted((a, b) => b.weight - a.weight).find(({ line }) => line !== null)?.line ?? null
  if (place === null) return null
  const lines = text.split(/(?<=\n)/)
  for (let reach = around * 4; reach >= 10; reach = Math.floor(reach / 2)) {
    const from = Math.max(1, place - Math.floor(reach / 4))
    const to = Math.min(lines.length, place + reach)
    const part = lines.slice(from - 1, to).join('')
    if (likelyTokens(part) <= left) return { path: file, text: part, lines: [from, to] }
  }
  return null
}

const importForms: readonly RegExp[] = [
  /(?:\bfrom|\bimport|\brequire\(|\bimport\()\s{0,4}['"]([^'"\n]{1,200})['"]/g,
  /^[ \t]{0,8}from\s{1,4}([.\w]{1,200})\s{1,4}import\b/gm,
  /^[ \t]{0,8}import\s{1,4}([.\w]{1,200})/gm,
  /^[ \t]{0,8}#[ \t]{0,8}include[ \t]{0,8}"([^"\n]{1,200})"/gm,
]
const endings = ['', '.js', '.ts', '.mjs', '.cjs', '.tsx', '.jsx', '.py', '/index.js', '/index.ts', '/__init__.py']

/** Files of the repository that one imports, in JavaScript, TypeScript, Python, C and C++. */
function importsOf(source: SourceFile | undefined, sources: ReadonlyMap<string, SourceFile>): readonly string[] {
  if (source === undefined) return []
  const folder = path.posix.dirname(source.path)
  const names = importForms.flatMap((form) => [...source.text.slice(0, 100_000).matchAll(form)].slice(0, 50).map(([, name = '']) => name))
  return [...new Set(names.flatMap((name) => resolved(name, folder).filter((file) => sources.has(file)).slice(0, 1)))]
}

function resolved(name: string, folder: string): readonly string[] {
  const isDotted = /^\.*[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/.test(name)
  const ups = /^\.*/.exec(name)?.[0].length ?? 0
  const dotted = isDotted ? name.slice(ups).replaceAll('.', '/') : null
  const base = name.replace(/\.(?:js|mjs)$/, '')
  const places = [path.posix.join(folder, name), path.posix.join(folder, base), ...(dotted === null ? [] : [path.posix.join(folder, ...Array.from({ length: Math.max(0, ups - 1) }, () => '..'), dotted), dotted]), name]
  return places.flatMap((place) => endings.map((ending) => `${place}${ending}`))
}
