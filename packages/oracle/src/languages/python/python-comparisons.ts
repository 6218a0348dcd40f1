import type { TaggedJson } from '../../tagged.ts'
import { descendants, parts, type SyntaxNode } from './parse-source.ts'
import { pythonLiteral } from './python-literal.ts'

const mostConstants = 16
/** Numbers that stand in every source. */
const commonest = new Set([0, 1, -1])

/** Literals that a body compares a parameter with: `p == 'x'`, `p in ('a', 'b')`, `p is None`, `case 'x'`. */
export function comparedLiterals(body: SyntaxNode, name: string): readonly TaggedJson[] {
  const isName = (node: SyntaxNode | null | undefined): boolean => node?.kind() === 'identifier' && node.text() === name
  const found: TaggedJson[] = []
  for (const node of descendants(body, ['comparison_operator', 'match_statement'])) {
    if (node.kind() === 'match_statement') found.push(...(isName(node.field('subject')) ? matched(node) : []))
    else {
      const operands = parts(node)
      const isSearched = node.children().some((child) => ['in', 'not in'].includes(String(child.kind()))) && !isName(operands[0])
      if (operands.some(isName) && !isSearched) found.push(...operands.filter((operand) => !isName(operand)).flatMap((operand) => literals(operand, node)))
    }
  }
  const unique = new Map(found.map((value) => [JSON.stringify(value), value]))
  return [...unique.values()].slice(0, mostConstants)
}

/** `p in (a, b)` compares with each; `p == (a, b)` with the whole. */
function literals(operand: SyntaxNode, comparison: SyntaxNode): readonly TaggedJson[] {
  const isMember = comparison.children().some((child) => ['in', 'not in'].includes(String(child.kind())))
  if (isMember && ['tuple', 'list', 'set', 'dictionary'].includes(String(operand.kind()))) {
    return parts(operand).flatMap((item) => literalOf(item.kind() === 'pair' ? item.field('key') : item))
  }
  const isOrdered = comparison.children().some((child) => ['<', '>', '<=', '>='].includes(String(child.kind())))
  // A bound says where it matters, and what lies beside it is drawn by the numbers that the body knows.
  return isOrdered ? [] : literalOf(operand)
}

function literalOf(node: SyntaxNode | null): readonly TaggedJson[] {
  const literal = node === null ? null : pythonLiteral(node)
  return literal === null ? [] : [literal.value]
}

const matched = (node: SyntaxNode): readonly TaggedJson[] =>
  descendants(node, ['case_pattern']).flatMap((pattern) => parts(pattern).flatMap(literalOf))

/** Every number of a tree but those that stand everywhere; a power is what it comes to. */
export function numbersIn(node: SyntaxNode): readonly number[] {
  const plain = descendants(node, ['integer', 'float']).flatMap(literalOf)
  const powers = descendants(node, ['binary_operator']).flatMap((each) => {
    const [base, exponent] = parts(each).flatMap(literalOf)
    const isPower = each.children().some((child) => child.kind() === '**') && typeof base === 'number' && typeof exponent === 'number'
    return isPower ? [base ** exponent] : []
  })
  const numbers = [...plain, ...powers].filter((value): value is number => typeof value === 'number' && Number.isFinite(value))
  return [...new Set(numbers)].filter((value) => !commonest.has(value)).slice(0, 24)
}
