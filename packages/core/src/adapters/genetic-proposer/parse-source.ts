import { Lang, parse, type SgNode } from '@ast-grep/napi'
import type { SourceFile } from '../../proposal/proposer.ts'
import { createScopes } from './analysis/scopes.ts'
import type { Operator, ParsedSource } from './edit-operator.ts'
import { listStatements } from './statements.ts'

const languages: readonly (readonly [RegExp, Lang, ParsedSource['language']])[] = [
  [/\.[cm]?jsx?$/, Lang.JavaScript, 'JavaScript'],
  [/\.[cm]?ts$/, Lang.TypeScript, 'TypeScript'],
  [/\.tsx$/, Lang.Tsx, 'Tsx'],
]

/** Longer lines come from a bundler or minifier: nothing there is worth a person's review. */
const lineLimit = 5_000

/** Whether a file of this name can be parsed at all: JavaScript or TypeScript, and no declaration file. */
export function isReadable(path: string): boolean {
  return languages.some(([ending]) => ending.test(path)) && !/\.d\.[cm]?ts$/.test(path)
}

/** The syntax tree of a JavaScript or TypeScript file; null for other files, generated ones and declarations. */
export function parseSource({ path, text }: SourceFile): ParsedSource | null {
  const match = languages.find(([ending]) => ending.test(path))
  if (match === undefined || !isReadable(path) || text.split('\n', 2_000).some((line) => line.length > lineLimit)) return null
  const root = parse(match[1], text)
  let operators: ParsedSource['operators'] | undefined
  let statements: ParsedSource['statements'] | undefined
  return {
    path,
    text,
    language: match[2],
    root,
    scopes: createScopes(text, root.root()),
    get operators() {
      return (operators ??= listOperators(root.root()))
    },
    get statements() {
      return (statements ??= listStatements(root.root()))
    },
  }
}

function listOperators(root: SgNode): readonly Operator[] {
  return root.findAll({ rule: { any: [{ kind: 'binary_expression' }, { kind: 'augmented_assignment_expression' }] } }).flatMap((expression): Operator[] => {
    const operator = expression.field('operator')
    if (operator === null) return []
    const { start, end } = operator.range()
    return [{ expression, text: operator.text(), start: start.index, end: end.index }]
  })
}

/** Whether the tree holds what the grammar could not make sense of. */
export function hasSyntaxError(source: ParsedSource): boolean {
  return source.root.root().find({ rule: { kind: 'ERROR' } }) !== null
}
