import type { SgNode } from '@ast-grep/napi'
import type { SourceFile } from '../../proposal/proposer.ts'
import type { Language } from '../ast-grep-rules/code-rule.ts'
import { parseAs, type Parse } from '../ast-grep-rules/languages.ts'
import { createScopes } from './analysis/scopes.ts'
import type { Condition, Place, ScriptSource } from './edit-operator.ts'
import { createAliases } from './rewrites/hoisting/aliases.ts'
import { listStatements } from './statements.ts'

const languages: readonly (readonly [RegExp, Language, ScriptSource['language']])[] = [
  [/\.[cm]?jsx?$/, 'javascript', 'JavaScript'],
  [/\.[cm]?ts$/, 'typescript', 'TypeScript'],
  [/\.tsx$/, 'tsx', 'Tsx'],
]

/** JavaScript or TypeScript, and no declaration file. */
export function isScript(path: string): boolean {
  return languages.some(([ending]) => ending.test(path)) && !/\.d\.[cm]?ts$/.test(path)
}

export function scriptSource({ path, text }: SourceFile, parse: Parse = parseAs): ScriptSource | null {
  const match = languages.find(([ending]) => ending.test(path))
  if (match === undefined || !isScript(path)) return null
  const root = parse(match[1], text)
  const scopes = createScopes(text, root.root())
  let aliases: ScriptSource['aliases'] | undefined
  let operators: ScriptSource['operators'] | undefined
  let statements: ScriptSource['statements'] | undefined
  return {
    family: 'script',
    path,
    text,
    language: match[2],
    root,
    scopes,
    get aliases() {
      return (aliases ??= createAliases(scopes, root.root()))
    },
    get operators() {
      return (operators ??= listOperators(root.root()))
    },
    get statements() {
      return (statements ??= listStatements(root.root()))
    },
    get numbers() {
      return root.root().findAll({ rule: { kind: 'number' } }).map((node) => ({ ...placeOf(node), around: node.parent() ?? node }))
    },
    get conditions() {
      return listConditions(root.root())
    },
  }
}

function placeOf(node: SgNode): Place {
  const { start, end } = node.range()
  return { text: node.text(), start: start.index, end: end.index, around: node }
}

function listOperators(root: SgNode): readonly Place[] {
  return root.findAll({ rule: { any: [{ kind: 'binary_expression' }, { kind: 'augmented_assignment_expression' }] } }).flatMap((expression): Place[] => {
    const operator = expression.field('operator')
    return operator === null ? [] : [{ ...placeOf(operator), around: expression }]
  })
}

function listConditions(root: SgNode): readonly Condition[] {
  return root.findAll({ rule: { kind: 'if_statement' } }).flatMap((statement): Condition[] => {
    const condition = statement.field('condition')
    return condition === null ? [] : [{ ...placeOf(condition), others: [`(!${condition.text()})`, '(true)', '(false)'] }]
  })
}
