import { languageOf, parseAs, type Parse } from '../ast-grep-rules/languages.ts'
import type { SourceFile } from '../../proposal/proposer.ts'
import type { Condition, CppSource, EditedCode, Place, PythonSource } from './edit-operator.ts'
import type { Statement } from './statements.ts'
import { SyntaxTree, type Syntax } from './syntax-tree.ts'

/** Endings of code that is compiled or run as it stands; stubs, Cython and Objective-C are something else. */
const endings = /\.(?:py|c|h|cc|cpp|cxx|c\+\+|hh|hpp|hxx|ipp|inl|tpp)$/

export function isNative(path: string): boolean {
  return endings.test(path)
}

interface Words {
  readonly blocks: readonly string[]
  readonly isStatement: (node: Syntax) => boolean
  /** What no other statement may be moved across: a name means something else behind it. */
  readonly barriers: readonly string[]
  readonly numbers: readonly string[]
  readonly operations: readonly string[]
}

const keptInPython = new Set(['import_statement', 'import_from_statement', 'future_import_statement', 'global_statement', 'nonlocal_statement', 'type_alias_statement', 'print_statement', 'exec_statement'])

const words: Readonly<Record<'python' | 'cpp', Words>> = {
  python: {
    blocks: ['module', 'block'],
    isStatement: (node) => node.kind.endsWith('_statement') && !keptInPython.has(node.kind) && !(node.kind === 'expression_statement' && ['string', 'concatenated_string'].includes(node.named[0]?.kind ?? '')),
    barriers: ['global_statement', 'nonlocal_statement'],
    numbers: ['integer'],
    operations: ['binary_operator', 'boolean_operator', 'comparison_operator', 'augmented_assignment'],
  },
  cpp: {
    blocks: ['compound_statement', 'case_statement'],
    isStatement: (node) => (node.kind.endsWith('_statement') && node.kind !== 'case_statement' && node.kind !== 'compound_statement' && node.kind !== 'labeled_statement') || node.kind === 'declaration' || node.kind === 'for_range_loop',
    barriers: ['labeled_statement', 'preproc_if', 'preproc_ifdef', 'using_declaration', 'alias_declaration', 'type_definition'],
    numbers: ['number_literal'],
    operations: ['binary_expression', 'assignment_expression'],
  },
}

export function nativeSource({ path, text }: SourceFile, parse: Parse = parseAs): PythonSource | CppSource | null {
  const language = isNative(path) ? languageOf(path, text) : null
  if (language !== 'python' && language !== 'cpp') return null
  const tree = new SyntaxTree(parse(language, text), text)
  let statements: EditedCode['statements'] | undefined
  return {
    family: language,
    path,
    text,
    tree,
    get statements() {
      return (statements ??= listStatements(tree, language))
    },
    get operators() {
      return tree.all(...words[language].operations).flatMap((around) => operatorsOf(around))
    },
    get numbers() {
      return tree.all(...words[language].numbers).map((node) => ({ ...placeOf(node), around: node.parent ?? node }))
    },
    get conditions() {
      return language === 'python' ? pythonConditions(tree) : cppConditions(tree)
    },
  }
}

function placeOf(node: Syntax): Place {
  return { start: node.start, end: node.end, text: node.text(), around: node }
}

/** A chain of comparisons (`a < b <= c`) has several. */
function operatorsOf(around: Syntax): readonly Place[] {
  return around.children.filter((child) => !child.isNamed).map((child) => ({ ...placeOf(child), around }))
}

function isCall({ kind, named }: Syntax): boolean {
  return kind === 'expression_statement' && named.length === 1 && ['call', 'call_expression'].includes(named[0]?.kind ?? '')
}

/** Statements that stand alone on their lines, by block; a new list begins behind what none may be moved across. */
function listStatements(tree: SyntaxTree, language: 'python' | 'cpp'): readonly (readonly Statement[])[] {
  const { blocks, isStatement, barriers } = words[language]
  return tree.all(...blocks).flatMap((block) => {
    const children = block.named.filter((child) => child !== block.field('value'))
    const idle = language === 'python' && children.length === 1 && block !== tree.root ? { idle: 'pass' } : {}
    const lists: Statement[][] = [[]]
    for (const node of children) {
      if (barriers.includes(node.kind)) lists.push([])
      else if (isStatement(node) && node.text() !== 'pass' && (language === 'cpp' || isAlone(tree.text, node))) lists.at(-1)?.push({ node, isCall: isCall(node), start: node.start, end: node.end, ...idle })
    }
    return lists
  })
}

/** In Python a line's indentation belongs to its first statement, and a second one on it hangs on the first. */
function isAlone(text: string, { start, end }: Syntax): boolean {
  const lineEnd = text.indexOf('\n', end)
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start)
  return before.trim() === '' && /^\s*(?:#.*)?$/.test(text.slice(end, lineEnd < 0 ? text.length : lineEnd))
}

function pythonConditions(tree: SyntaxTree): readonly Condition[] {
  return tree.all('if_statement', 'elif_clause').flatMap((statement): Condition[] => {
    const condition = statement.field('condition')
    return condition === null ? [] : [{ ...placeOf(condition), others: [`not (${condition.text()})`, 'True', 'False'] }]
  })
}

/** What may also declare something is left alone, and so is what the compiler decides. */
function cppConditions(tree: SyntaxTree): readonly Condition[] {
  return tree.all('if_statement').flatMap((statement): Condition[] => {
    const clause = statement.field('condition')
    const [condition, ...others] = clause?.named ?? []
    if (clause === null || condition === undefined || others.length > 0 || condition.kind === 'declaration' || statement.children[1]?.kind === 'constexpr') return []
    return [{ ...placeOf(clause), others: [`(!${clause.text()})`, '(true)', '(false)'] }]
  })
}
