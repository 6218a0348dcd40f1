import path from 'node:path'

const importPattern = /(?:\bfrom\s*|\brequire\(\s*|\bimport\(?\s*)['"](\.{1,2}(?:\/[^'"]*)?)['"]/g
const endings = ['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.jsx', '.tsx', '/index.js', '/index.ts', '/index.mjs', '/index.cjs']

export const isScript = (file: string): boolean => /\.[cm]?[jt]sx?$/.test(file) && !/\.d\.[cm]?ts$/.test(file)

/** The script of the repository that a relative import means; undefined where there is none. A written `.js` may stand for a `.ts`. */
export function resolveImport(from: string, specifier: string, known: ReadonlySet<string>): string | undefined {
  const base = path.posix.join(path.posix.dirname(from), specifier)
  const written = endings.map((ending) => path.posix.normalize(base + ending))
  return [...written, base.replace(/\.js$/, '.ts'), base.replace(/\.mjs$/, '.mts')].find((file) => known.has(file) && isScript(file))
}

/** Scripts of the repository that a text imports by relative paths, each once, in order. */
export function importedScripts(from: string, text: string, known: ReadonlySet<string>): readonly string[] {
  const found = [...text.matchAll(importPattern)].map(([, specifier = '']) => resolveImport(from, specifier, known))
  return [...new Set(found.filter((file): file is string => file !== undefined))]
}
