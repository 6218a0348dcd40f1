import path from 'node:path'
import { isJudge, refusedClass, type OracleFunction } from './oracle-function.ts'
import type { RepositoryFiles } from './survey.ts'

const pythonImport = /^[ \t]*from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+(?:\(([\w\s,]+)\)|([\w \t,]+))/gm

/** Functions of the repository's own modules that a Python file imports by name and uses. */
export async function pythonFunctions(caller: string, text: string, files: RepositoryFiles): Promise<readonly OracleFunction[]> {
  const known = new Set(files.paths)
  const found: OracleFunction[] = []
  const rest = text.replaceAll(pythonImport, ' ').replaceAll(/#.*$/gm, ' ')
  for (const [, from = '', inParentheses, inLine = ''] of text.matchAll(pythonImport)) {
    const imported = inParentheses ?? inLine
    const file = from.replaceAll('.', '/')
    const module = [`${file}.py`, `${file}/__init__.py`, `src/${file}.py`, `src/${file}/__init__.py`, path.posix.join(path.posix.dirname(caller), `${file}.py`)].find((candidate) => known.has(candidate))
    if (module === undefined || isJudge(module)) continue
    const source = (await files.read(module)) ?? ''
    for (const [name = '', , local = name] of imported.split(',').map((part) => part.trim().split(/\s+/))) {
      if (name === '') continue
      const method = methodsOf(source, name).find((each) => new RegExp(`\\.${each}\\s*\\(`).test(text))
      if (method !== undefined) found.push(refusedClass({ module, name, method, caller }))
      if (new RegExp(`^(?:async\\s+)?def\\s+${name}\\s*\\(`, 'm').test(source) && new RegExp(`(?<![\\w.])${local}(?!\\w)`).test(rest)) found.push({ module, function: name, reason: `${caller} calls it` })
    }
  }
  return found
}

/** Public methods of a class at the top level of a module; none where the name is no class. */
function methodsOf(source: string, name: string): readonly string[] {
  const start = new RegExp(`^class\\s+${name}\\b[^\\n]*:`, 'm').exec(source)
  if (start === null) return []
  const body = source.slice(start.index + start[0].length).split(/\n(?=[^\s#)])/, 1)[0] ?? ''
  return [...body.matchAll(/^[ \t]+(?:async\s+)?def\s+([A-Za-z]\w*)\s*\(/gm)].map((each) => each[1] ?? '')
}
