import { freshName } from '../../analysis/nodes.ts'
import type { EditSite, PythonOperator } from '../../edit-operator.ts'
import { excerpt } from '../../statements.ts'
import type { Syntax, SyntaxTree } from '../../syntax-tree.ts'
import { before, replaced, siteAt } from '../../tree-edits.ts'
import { imported } from '../python-imports.ts'
import { builtinCall, isBinding, isBuiltin, mentionsIn, methodCall } from '../python-names.ts'
import { isModule } from './hoisting.ts'

/** `sorted(xs)[0]` needs no sorting. Exact also for an empty list, and for which of several equal ones it is; not for NaN. */
export const sortToScan: PythonOperator = {
  name: 'sort-to-scan',
  kind: 'rewrite',
  gain: 2,
  sites: (source) =>
    source.tree.all('subscript').flatMap((node): EditSite[] => {
      const call = node.field('value')
      const [list, ...others] = builtinCall(source.tree, call, 'sorted') ?? []
      const place = node.field('subscript')?.text()
      if (list === undefined || others.length > 0 || (place !== '0' && place !== '-1') || list.kind === 'generator_expression' || node.named.length !== 2 || !isBuiltin(source.tree, 'list')) return []
      const from = imported(source, 'heapq', place === '0' ? 'nsmallest' : 'nlargest')
      if (from === null) return []
      const scanned = place === '0' ? list.text() : `list(${list.text()})[::-1]`
      return [siteAt(source, node, { variant: 'scan', rationale: `finds \`${excerpt(node)}\` in one pass instead of sorting`, edits: () => [...from.edits, replaced(node, `${from.name}(1, ${scanned})[0]`)] })]
    }),
}

const pureKinds = new Set([
  'block', 'if_statement', 'elif_clause', 'else_clause', 'return_statement', 'expression_statement', 'assignment', 'augmented_assignment', 'for_statement', 'identifier', 'integer', 'float', 'true', 'false', 'none', 'binary_operator', 'unary_operator',
  'comparison_operator', 'boolean_operator', 'not_operator', 'parenthesized_expression', 'conditional_expression', 'call', 'argument_list', 'comment', 'string', 'string_start', 'string_content', 'string_end', 'pattern_list', 'expression_list', 'tuple',
  'pass_statement', 'generator_expression', 'for_in_clause', 'if_clause', 'while_statement', 'break_statement', 'continue_statement',
])
const pureCalls = ['max', 'min', 'abs', 'len', 'range', 'sum', 'int', 'any', 'all', 'divmod', 'pow']

/**
 * A function that calls itself at least twice remembers its results. Precondition: only arithmetic, comparisons and calls of itself and of built-in functions, on its
 * parameters and names of its own; results are numbers, never something that could be changed. Types are told apart: `f(1)` and `f(1.0)` are two questions.
 */
export const memoiseRecursion: PythonOperator = {
  name: 'memoise-recursion',
  kind: 'rewrite',
  gain: 3,
  sites: (source) =>
    source.tree.all('function_definition').flatMap((node): EditSite[] => {
      const name = node.field('name')?.text() ?? ''
      const from = imported(source, 'functools', 'lru_cache')
      if (from === null || node.parent?.kind !== 'module' || /^async\b/.test(node.text()) || !isPureRecursion(source.tree, node, name)) return []
      return [siteAt(source, node, { variant: 'memo', rationale: `remembers what \`${name}\` gave for the same arguments`, edits: () => [...from.edits, before(source.tree, node, [`@${from.name}(maxsize=None, typed=True)`])] })]
    }),
}

function isPureRecursion(tree: SyntaxTree, node: Syntax, name: string): boolean {
  const [body, parameters] = [node.field('body'), node.field('parameters')]
  if (body === null || parameters === null || parameters.named.length === 0 || !parameters.named.every(({ kind }) => kind === 'identifier' || kind === 'typed_parameter')) return false
  const own = new Set(tree.within(node, 'identifier').filter((mention) => isBinding(mention)).map((mention) => mention.text()))
  const calls = tree.within(body, 'call')
  const isPure = (part: Syntax): boolean => (!part.isNamed || pureKinds.has(part.kind)) && part.children.every(isPure)
  const isKnown = (mention: Syntax): boolean => own.has(mention.text()) || (mention.parent?.kind === 'call' && (mention.text() === name || (pureCalls.includes(mention.text()) && isBuiltin(tree, mention.text()))))
  const recursive = calls.filter((call) => call.field('function')?.text() === name)
  const isOnce = tree.all('identifier').filter((mention) => mention.text() === name && isBinding(mention)).length === 1
  const isNumber = tree.within(body, 'return_statement').every((statement) => statement.named.every((value) => !['tuple', 'expression_list', 'generator_expression', 'none', 'string'].includes(value.kind)))
  // What stands in no arithmetic may be a list: then the memo could not even be asked.
  const isCounted = parameters.named.every((parameter) => {
    const named = parameter.kind === 'identifier' ? parameter : parameter.named[0]
    return named !== undefined && mentionsIn(tree, body, named.text()).some((mention) => ['binary_operator', 'comparison_operator', 'augmented_assignment', 'unary_operator'].includes(mention.parent?.kind ?? '') && !/\bin\b/.test(mention.parent?.text() ?? ''))
  })
  return recursive.length > 1 && isOnce && isNumber && isCounted && isPure(body) && tree.within(body, 'identifier').every(isKnown)
}

const asked: Readonly<Record<string, number>> = { match: 2, search: 2, fullmatch: 2, findall: 2, finditer: 2, split: 2, sub: 3 }

/** A pattern that never changes is compiled once, with the module. Precondition: `re` is the module, and the pattern a constant. */
export const hoistRegexp: PythonOperator = {
  name: 'hoist-regexp',
  kind: 'rewrite',
  gain: 1.5,
  sites: (source) =>
    source.tree.all('call').flatMap((node): EditSite[] => {
      const { tree } = source
      const call = methodCall(node)
      const [pattern, ...values] = call?.values ?? []
      const top = node.nearest('function_definition') === null ? undefined : [...node.around()].at(-2)
      if (call?.object.text() !== 're' || pattern?.kind !== 'string' || !/^[rRbB]*['"]/.test(pattern.text()) || top === undefined || !isModule(tree, call.object) || !isWellFormed(pattern)) return []
      const isCompiled = call.method === 'compile' && values.every((value) => /^re\.[A-Z]+(?:\s*\|\s*re\.[A-Z]+)*$/.test(value.text()))
      if (!isCompiled && asked[call.method] !== values.length + 1) return []
      return [siteAt(source, node, { variant: 'regexp', rationale: `compiles \`${excerpt(pattern)}\` once, with the module`, edits: () => {
        const name = freshName(tree.text, '_pattern')
        const made = isCompiled ? node.text() : `re.compile(${pattern.text()})`
        const use = isCompiled ? name : `${name}.${call.method}(${values.map((value) => value.text()).join(', ')})`
        return [before(tree, top, [`${name} = ${made}`, '', '']), replaced(node, use)]
      } })]
    }),
}

/** A pattern that is wrong fails where it is used, not where the module is loaded: brackets that do not match are left where they are. */
function isWellFormed(pattern: Syntax): boolean {
  const plain = pattern.text().replaceAll(/\\./g, 'x').replaceAll(/\[\^?\]?[^\]]*\]/g, 'x')
  const count = (mark: string): number => plain.split(mark).length
  return count('(') === count(')') && !/[[\]]|(?:^|[(|])[*+?](?!:|=|!|<|P)/.test(plain.slice(2))
}
