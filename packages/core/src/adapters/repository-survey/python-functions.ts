import path from 'node:path'
import type { SgNode } from '@ast-grep/napi'
import { parseAs } from '../ast-grep-rules/languages.ts'
import { isJudge, refusedClass, type OracleFunction } from './oracle-function.ts'
import type { RepositoryFiles } from './survey.ts'

const importInText = /^[ \t]*from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+(?:\(([\w\s,]+)\)|([\w \t,]+))/gm

interface ImportedName {
  readonly from: string
  readonly name: string
  readonly isUsed: boolean
}

/** Functions of the repository's own modules that a Python file imports by name and uses. */
export async function pythonFunctions(caller: string, text: string, files: RepositoryFiles): Promise<readonly OracleFunction[]> {
  const known = new Set(files.paths)
  const found: OracleFunction[] = []
  for (const { from, name, isUsed } of importedNames(text)) {
    const file = from.replaceAll('.', '/')
    const module = [`${file}.py`, `${file}/__init__.py`, `src/${file}.py`, `src/${file}/__init__.py`, path.posix.join(path.posix.dirname(caller), `${file}.py`)].find((candidate) => known.has(candidate))
    if (module === undefined || isJudge(module)) continue
    const source = (await files.read(module)) ?? ''
    const method = methodsOf(source, name).find((each) => new RegExp(`\\.${each}\\s*\\(`).test(text))
    if (method !== undefined) found.push(refusedClass({ module, name, method, caller }))
    if (isUsed && new RegExp(`^(?:async\\s+)?def\\s+${name}\\s*\\(`, 'm').test(source)) found.push({ module, function: name, reason: `${caller} calls it` })
  }
  return found
}

/** Used is what the code mentions outside of imports, and what a text calls or imports: that is code for `timeit`. */
function importedNames(text: string): readonly ImportedName[] {
  const root = parseAs('python', text).root()
  const mentioned = new Set(root.findAll({ rule: { kind: 'identifier' } }).filter(isMention).map((node) => node.text()))
  const texts = root.findAll({ rule: { kind: 'string_content' } }).map((node) => node.text())
  const isUsed = (local: string): boolean => mentioned.has(local) || texts.some((each) => new RegExp(`(?<![\\w.])${local}\\s*\\(`).test(each))
  const written = root.findAll({ rule: { kind: 'import_from_statement' } }).flatMap((statement) => {
    const from = statement.field('module_name')?.text() ?? ''
    return statement.fieldChildren('name').map((each) => {
      const name = (each.field('name') ?? each).text()
      return { from, name, isUsed: isUsed(each.field('alias')?.text() ?? name) }
    })
  })
  const inTexts = texts.flatMap((each) => [...each.matchAll(importInText)]).flatMap(([, from = '', inParentheses, inLine = '']) => {
    const names = (inParentheses ?? inLine).split(',').map((part) => part.trim().split(/\s+/)[0] ?? '')
    return names.filter((name) => name !== '').map((name) => ({ from, name, isUsed: true }))
  })
  return [...written, ...inTexts]
}

/** Neither an import, nor the property of something else, nor the name of an argument. */
function isMention(node: SgNode): boolean {
  const parent = node.parent()
  if (parent?.kind() === 'attribute') return parent.field('object')?.id() === node.id()
  if (parent?.kind() === 'keyword_argument') return parent.field('value')?.id() === node.id()
  return !node.ancestors().some((each) => each.kind() === 'import_from_statement' || each.kind() === 'import_statement')
}

/** Public methods of a class at the top level of a module; none where the name is no class. */
function methodsOf(source: string, name: string): readonly string[] {
  const start = new RegExp(`^class\\s+${name}\\b[^\\n]*:`, 'm').exec(source)
  if (start === null) return []
  const body = source.slice(start.index + start[0].length).split(/\n(?=[^\s#)])/, 1)[0] ?? ''
  return [...body.matchAll(/^[ \t]+(?:async\s+)?def\s+([A-Za-z]\w*)\s*\(/gm)].map((each) => each[1] ?? '')
}
