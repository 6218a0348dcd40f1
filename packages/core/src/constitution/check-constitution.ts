import { serialize, type ASTNode } from '@marcbachmann/cel-js'
import { compileRule, type CompiledRule } from './compile-constitution.ts'
import type { Constitution, PolicyRule, RuleEffect } from './constitution.ts'

/** Something that works and could be better, or does nothing. */
export interface Hint {
  readonly rule: string
  readonly kind: 'negative' | 'trait' | 'redundant' | 'shadowed' | 'untested'
  readonly message: string
}

/** What a reader should know about a constitution that is formally right. */
export function checkConstitution(constitution: Constitution): readonly Hint[] {
  const compiled = constitution.rules.flatMap((rule) => {
    const result = compileRule(rule)
    return 'answer' in result && result.phase !== 'judged' ? [result] : []
  })
  return [...constitution.rules.flatMap(phrasing), ...untested(constitution), ...overlaps(compiled)]
}

const negative = /^(?:\W*)(?:never|no\b|do not|don'?t|must not|may not|cannot|can'?t|avoid|forbid|refuse|prohibit|without exception,? no)\b|\b(?:must|may|shall|should|can|will|do|does|is|are)\s+(?:not|never)\b|\b(?:mustn|shouldn|don|doesn|isn|aren|won|can)'t\b|\bcannot\b/i
const trait = /^(?:\W*)(?:be|being|stay|remain)\s+(?:\w+ly\s+)?[a-z]+[.!]?\s*$|^(?:\W*)(?:be|being)\s+\w+|\b(?:changes?|code|proposals?|the agent|ratchet|it)\s+(?:is|are|should be|must be)\s+(?:always\s+)?(?:good|safe|honest|careful|helpful|responsible|clean|high.quality|trustworthy|harmless|robust|secure|excellent|reliable)\b/i

/** What one should do can be checked; what one should not be, or should be like, can only be felt. */
function phrasing({ id, statement }: PolicyRule): readonly Hint[] {
  const hints: Hint[] = []
  if (negative.test(statement)) hints.push({ rule: id, kind: 'negative', message: 'it is phrased as a prohibition: say what happens instead, for instance "People choose the dependencies" rather than "Never add dependencies"' })
  if (trait.test(statement)) hints.push({ rule: id, kind: 'trait', message: 'it names a trait: say what is done, for instance "Every input is checked before it is used" rather than "Be careful"' })
  return hints
}

function untested({ rules, examples }: Constitution): readonly Hint[] {
  return rules.filter(({ judge }) => judge === undefined).flatMap(({ id, effect }) => {
    const own = examples.filter(({ rule }) => rule === id)
    const hits = own.some(({ expects }) => expects === effect)
    const misses = own.some(({ expects }) => expects !== effect)
    if (hits && misses) return []
    const wanted = hits ? 'one where it does not apply' : misses ? 'one where it applies' : 'one where it applies and one where it does not'
    return [{ rule: id, kind: 'untested' as const, message: `it needs further examples: ${wanted}` }]
  })
}

const strength: Readonly<Record<RuleEffect, number>> = { allow: 0, ask: 1, deny: 2 }

/** Rules that another one makes idle: whatever they apply to, the other applies to, with the same or a stronger effect. */
function overlaps(rules: readonly CompiledRule[]): readonly Hint[] {
  return rules.flatMap((one, index) => {
    const other = rules.find((two, at) => at !== index && covers(two, one) && (!covers(one, two) || strength[two.rule.effect] > strength[one.rule.effect] || at < index))
    if (other === undefined) return []
    const same = other.rule.effect === one.rule.effect
    return [{ rule: one.rule.id, kind: same ? ('redundant' as const) : ('shadowed' as const), message: same ? `it says nothing that ${other.rule.id} does not say` : `it is never heard: whatever it applies to is ${other.rule.effect === 'deny' ? 'denied' : 'asked about'} by ${other.rule.id}` }]
  })
}

function covers(wide: CompiledRule, narrow: CompiledRule): boolean {
  if (wide.rule.effect === 'allow' ? narrow.rule.effect !== 'allow' || !wide.rule.requires.every((one) => narrow.rule.requires.includes(one)) : strength[wide.rule.effect] < strength[narrow.rule.effect]) return false
  // Asking at a lower level does not replace asking at a higher one.
  if (wide.rule.effect === 'ask' && wide.rule.consentLevel < narrow.rule.consentLevel) return false
  const [from, to] = [wide.expression, narrow.expression]
  if (from === null || to === null) return from === null && to === null && narrow.rule.enforce.every((check) => wide.rule.enforce.includes(check))
  return implies(to.ast, from.ast)
}

/**
 * Whether `left` true makes `right` true, as far as that can be seen from their shape: equal, one of several conditions of a conjunction, an alternative of a
 * disjunction, or a bound on the same quantity that is at least as tight. False where it cannot be seen.
 */
export function implies(left: ASTNode, right: ASTNode): boolean {
  if (textOf(left) === textOf(right)) return true
  if (left.op === '||') return parts(left).every((part) => implies(part, right))
  if (right.op === '&&') return parts(right).every((part) => implies(left, part))
  if (right.op === '||' && parts(right).some((part) => implies(left, part))) return true
  if (left.op === '&&') return parts(left).some((part) => implies(part, right))
  return tighter(left, right)
}

function parts(node: ASTNode): readonly ASTNode[] {
  const [left, right] = node.args as readonly [ASTNode, ASTNode]
  return [left, right].flatMap((side) => (side.op === node.op ? parts(side) : [side]))
}

const flipped: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==' }

interface Bound {
  readonly quantity: string
  readonly operator: string
  readonly value: number
}

function boundOf(node: ASTNode): Bound | null {
  if (!(node.op in flipped)) return null
  const [left, right] = node.args as readonly [ASTNode, ASTNode]
  const [leftNumber, rightNumber] = [numberOf(left), numberOf(right)]
  if (rightNumber !== null && leftNumber === null) return { quantity: textOf(left), operator: node.op, value: rightNumber }
  if (leftNumber !== null && rightNumber === null) return { quantity: textOf(right), operator: flipped[node.op] ?? node.op, value: leftNumber }
  return null
}

function tighter(left: ASTNode, right: ASTNode): boolean {
  const [own, other] = [boundOf(left), boundOf(right)]
  if (own === null || other === null || own.quantity !== other.quantity) return false
  switch (other.operator) {
    case '>':
      return own.operator === '>' ? own.value >= other.value : (own.operator === '>=' || own.operator === '==') && own.value > other.value
    case '>=':
      return (own.operator === '>' || own.operator === '>=' || own.operator === '==') && own.value >= other.value
    case '<':
      return own.operator === '<' ? own.value <= other.value : (own.operator === '<=' || own.operator === '==') && own.value < other.value
    case '<=':
      return (own.operator === '<' || own.operator === '<=' || own.operator === '==') && own.value <= other.value
    default:
      return false
  }
}

function numberOf(node: ASTNode): number | null {
  return node.op === 'value' && (typeof node.args === 'number' || typeof node.args === 'bigint') ? Number(node.args) : null
}

function textOf(node: ASTNode): string {
  return serialize(node)
}
