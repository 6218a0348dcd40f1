import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { originsOf } from './exported-from.ts'
import { findFunction, type FoundFunction } from './find-function.ts'
import { parseModule, type SyntaxNode } from './parse-module.ts'

/** A function with the module in which it is written, which need not be the one that exports it. */
export interface ExportedFunction {
  readonly module: string
  readonly source: string
  readonly function: string
  readonly root: SyntaxNode
  readonly found: FoundFunction
}

interface Wanted {
  readonly module: string
  readonly source: string
  readonly function: string
  /** The tree; without it only the module itself is looked at. */
  readonly directory?: string | undefined
}

const endings = ['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.jsx', '.tsx']
const mostModules = 40

/** Finds a function by the name under which a module exports it, and follows `export ... from`, imports and `require` within the tree. */
export function findExported(wanted: Wanted): ExportedFunction | null {
  const open: Wanted[] = [wanted]
  const seen = new Set<string>()
  for (let next = open.shift(); next !== undefined && seen.size < mostModules; next = open.shift()) {
    const key = `${next.module}:${next.function}`
    if (seen.has(key)) continue
    seen.add(key)
    const root = parseModule(next.module, next.source)
    const found = findFunction(root, next.function)
    if (found !== null) return { module: next.module, source: next.source, function: next.function, root, found }
    if (wanted.directory !== undefined) open.push(...behind(next, root, wanted.directory))
  }
  return null
}

function behind(at: Wanted, root: SyntaxNode, directory: string): readonly Wanted[] {
  const dot = at.function.indexOf('.')
  const [head, tail] = dot === -1 ? [at.function, ''] : [at.function.slice(0, dot), at.function.slice(dot)]
  return originsOf(root, head).flatMap(({ from, name }) => {
    const module = resolved(directory, at.module, from)
    if (module === null || name === '*') return []
    return [{ module, source: readFileSync(path.join(directory, module), 'utf8'), function: `${name}${tail}`, directory }]
  })
}

/** The file behind a relative path of an import, as Node, bundlers and TypeScript find it; packages and files outside of the tree are not followed. */
function resolved(directory: string, importer: string, from: string): string | null {
  if (!from.startsWith('.')) return null
  const plain = path.posix.normalize(path.posix.join(path.posix.dirname(importer.split(path.sep).join('/')), from))
  if (plain.split('/')[0] === '..') return null
  const withoutEnding = plain.replace(/\.[cm]?js$/, '')
  const candidates = [...endings.map((ending) => plain + ending), ...endings.slice(1).map((ending) => withoutEnding + ending), ...endings.slice(1).map((ending) => `${plain}/index${ending}`)]
  return candidates.find((file) => existsSync(path.join(directory, file)) && statSync(path.join(directory, file)).isFile()) ?? null
}
