import type { SgNode } from '@ast-grep/napi'
import { freshName, isNode, isWithin, namedChildren } from '../../analysis/nodes.ts'
import { statementAround } from '../../analysis/repetition.ts'
import type { Scopes } from '../../analysis/scopes.ts'
import type { ScriptOperator, EditSite, ScriptSource } from '../../edit-operator.ts'
import { excerpt } from '../../statements.ts'
import type { Effect } from './effects.ts'
import { createInvariance, type Invariance } from './invariance.ts'
import { beforeStatement, replaced } from './lazy-value.ts'
import { placeOf } from './place.ts'
import { readsOf } from './reads.ts'

const orders = new Set(['<', '<=', '>', '>=', '!=', '!=='])

/**
 * `for (let i = 0; i < list.length; i++)` reads the length once, right after the loop's own variables are set, which is when it was read first. Precondition: the
 * list and the way to it stay as they are throughout the loop; elements may be replaced at `list[i]` when `i` only counts up from 0, because that never goes past
 * the end. Out of sight: a `length` that is a getter, and what an iterator of the program's own does.
 */
export const hoistLength: ScriptOperator = {
  name: 'hoist-length',
  kind: 'rewrite',
  sites: (source) => {
    const invariance = createInvariance(source)
    return source.root.root().findAll({ rule: { kind: 'for_statement' } }).flatMap((loop) => siteOf(source, invariance, loop))
  },
}

function siteOf(source: ScriptSource, invariance: Invariance, loop: SgNode): EditSite[] {
  const comparison = firstComparison(loop.field('condition'))
  const length = lengthIn(comparison)
  if (comparison === null || length === null) return []
  const reads = readsOf(length, source.scopes)
  if (reads === null || !invariance.holds(reads, loop, (effect) => isElementInRange(effect, loop, { length, comparison, scopes: source.scopes }))) return []
  const edit = declaration(loop)
  const statement = edit === 'before' ? statementAround(loop) : loop
  if (edit === null || statement === null) return []
  const offset = length.range().start.index
  return [
    {
      offset,
      key: `${offset}:length`,
      rationale: `reads \`${excerpt(length)}\` once, not before every round`,
      edits: () => editsFor(source, { loop, length, statement, name: freshName(source.text, 'count') }),
    },
  ]
}

/** The comparison that is evaluated first, whenever the condition is. */
function firstComparison(condition: SgNode | null): SgNode | null {
  if (condition?.kind() !== 'binary_expression') return null
  const operator = condition.field('operator')?.text() ?? ''
  if (operator === '&&' || operator === '||') return firstComparison(condition.field('left'))
  return orders.has(operator) ? condition : null
}

/** `list.length` in `i < list.length` and `i < list.length - 1`; what stands left of it must be a name or a number. */
function lengthIn(comparison: SgNode | null): SgNode | null {
  const [left, right] = [comparison?.field('left'), comparison?.field('right')]
  if (left === null || left === undefined || right === null || right === undefined) return null
  if (isPlainLength(left)) return left
  if (left.kind() !== 'identifier' && left.kind() !== 'number') return null
  const operand = right.kind() === 'binary_expression' && ['+', '-'].includes(right.field('operator')?.text() ?? '') && right.field('right')?.kind() === 'number' ? right.field('left') : right
  return operand !== null && isPlainLength(operand) ? operand : null
}

function isPlainLength(node: SgNode): boolean {
  return node.kind() === 'member_expression' && node.field('property')?.text() === 'length' && (placeOf(node)?.steps.length ?? 0) > 0
}

/** Where the new variable goes: behind the loop's own, in their stead, or before the loop. */
function declaration(loop: SgNode): 'append' | 'fill' | 'before' | null {
  const initializer = loop.field('initializer')
  switch (String(initializer?.kind())) {
    case 'lexical_declaration':
    case 'variable_declaration':
      return initializer !== null && namedChildren(initializer).length > 0 ? 'append' : null
    case 'empty_statement':
      return 'fill'
    case 'assignment_expression':
    case 'sequence_expression':
      return 'before'
    default:
      return null
  }
}

interface Rewrite {
  readonly loop: SgNode
  readonly length: SgNode
  readonly statement: SgNode
  readonly name: string
}

function editsFor(source: ScriptSource, { loop, length, statement, name }: Rewrite): ReturnType<EditSite['edits']> {
  const initializer = loop.field('initializer') as SgNode
  const reading = replaced(source, length, name)
  const set = `${name} = ${length.text()}`
  if (initializer.kind() === 'empty_statement') return [replaced(source, initializer, `let ${set};`), reading]
  const last = namedChildren(initializer).at(-1) as SgNode
  const at = (initializer.kind().toString().endsWith('declaration') ? last : initializer).range().end.index
  const appended = { path: source.path, start: at, end: at, replacement: `, ${set}`, part: 0 }
  return initializer.kind().toString().endsWith('declaration') ? [appended, reading] : [beforeStatement(source, statement, `let ${name};`), appended, reading]
}

interface Counted {
  readonly length: SgNode
  readonly comparison: SgNode
  readonly scopes: Scopes
}

/** `list[i] = value`, where `i` counts up from a number and is below the length in every round. */
function isElementInRange(effect: Effect, loop: SgNode, { length, comparison, scopes }: Counted): boolean {
  const [list, counter, index] = [length.field('object'), comparison.field('left'), effect.top.field('index')]
  if (!effect.replaces || effect.steps.length !== 1 || list?.kind() !== 'identifier' || effect.top.kind() !== 'subscript_expression' || effect.top.parent()?.kind() === 'unary_expression') return false
  if (comparison.field('operator')?.text() !== '<' || !isNode(comparison.field('right'), length) || counter?.kind() !== 'identifier' || index?.kind() !== 'identifier') return false
  if (!isNode(loop.field('condition'), comparison) && /\|\|/.test(loop.field('condition')?.text() ?? '')) return false
  const [binding, same] = [scopes.resolve(counter), scopes.resolve(index)]
  const increment = loop.field('increment')
  const body = loop.field('body')
  if (binding === null || binding !== same || body === null || increment?.text() !== `${binding.name}++` || !isWithin(effect.top, body)) return false
  const starts = binding.value?.kind() === 'number' && /^\d+$/.test(binding.value.text()) && isWithin(binding.declaration, loop)
  return starts && binding.writes.every((write) => isWithin(write, increment))
}
