import type { SgNode } from '@ast-grep/napi'
import { methodCall, namedChildren } from '../../analysis/nodes.ts'
import type { Scopes } from '../../analysis/scopes.ts'
import { isCollectionExpression, onlyValueOf } from '../../analysis/stability.ts'
import type { Invariance } from './invariance.ts'
import { isShallowFunction, scalarMethods } from './known-methods.ts'
import { placeOf } from './place.ts'
import { readsOf } from './reads.ts'

/** Where a condition is asked again and again. */
export interface Asked {
  readonly region: SgNode
  readonly scopes: Scopes
  readonly invariance: Invariance
  /** Names that always hold a string or a list, so that reading their properties works. */
  readonly solid: ReadonlySet<string>
  /** Of these, the ones that hold strings. */
  readonly strings: ReadonlySet<string>
  /** Places whose properties were read before the condition: they hold something as long as they stay the same. */
  readonly readBefore: ReadonlySet<string>
}

/** What is known about a part of a condition that has once been true: its value, that it was evaluated, or nothing. */
type Known = 'true' | 'evaluated' | 'nothing'

const askingMethods = new Set(['at', 'charAt', 'charCodeAt', 'has', 'indexOf', 'lastIndexOf'])

/**
 * Once the condition has been true, asking it again does nothing and cannot throw: not asking makes no difference. Reading a property counts as safe on an object
 * that stays the same and was read then, and behind a test of it in the same condition (`x && x.y`). Out of sight: values that refuse conversion to a number or text.
 */
export function isSettled(condition: SgNode, asked: Asked): boolean {
  return readsOf(condition, asked.scopes) !== null && isSafe(condition, 'true', asked)
}

function isSafe(node: SgNode, known: Known, asked: Asked): boolean {
  const below: Known = known === 'nothing' ? 'nothing' : 'evaluated'
  switch (String(node.kind())) {
    case 'number':
    case 'string':
    case 'true':
    case 'false':
    case 'null':
    case 'undefined':
    case 'identifier':
      return true
    case 'parenthesized_expression':
      return namedChildren(node).every((child) => isSafe(child, known, asked))
    case 'unary_expression':
      return namedChildren(node).every((child) => isSafe(child, below, asked))
    case 'binary_expression':
      return isSafeBinary(node, known, asked)
    case 'member_expression':
    case 'subscript_expression':
      return isSafePlace(node, below, asked)
    case 'call_expression':
      return isSafeCall(node, below, asked)
    default:
      return false
  }
}

function isSafeBinary(node: SgNode, known: Known, asked: Asked): boolean {
  const [left, right, operator] = [node.field('left'), node.field('right'), node.field('operator')?.text() ?? '']
  if (left === null || right === null || operator === 'in' || operator === 'instanceof') return false
  const below: Known = known === 'nothing' ? 'nothing' : 'evaluated'
  if (operator === '&&') {
    const solid = new Set([...asked.solid, ...tested(left)])
    return isSafe(left, known === 'true' ? 'true' : below, asked) && isSafe(right, known === 'true' ? 'true' : 'nothing', { ...asked, solid })
  }
  if (operator === '||' || operator === '??') {
    const readBefore = new Set([...asked.readBefore, ...(known === 'nothing' ? [] : objectsRead(left))])
    return isSafe(left, below, asked) && isSafe(right, 'nothing', { ...asked, readBefore })
  }
  return isSafe(left, below, asked) && isSafe(right, below, asked)
}

/** The places whose properties are read whenever this is evaluated. */
export function objectsRead(node: SgNode): readonly string[] {
  const kind = String(node.kind())
  if (kind === 'binary_expression' && ['&&', '||', '??'].includes(node.field('operator')?.text() ?? '')) return namedChildren(node).slice(0, 1).flatMap(objectsRead)
  if (kind === 'binary_expression' || kind === 'parenthesized_expression' || kind === 'unary_expression') return namedChildren(node).flatMap(objectsRead)
  const object = node.field('object')
  return object !== null && placeOf(node) !== null ? [object.text(), ...objectsRead(object)] : []
}

/** The names and places that hold something when this is true: `x`, `!!x`, `x != null`, and both sides of `&&`. */
function tested(condition: SgNode): readonly string[] {
  if (placeOf(condition) !== null) return [condition.text()]
  const [left, right, operator] = [condition.field('left'), condition.field('right'), condition.field('operator')?.text()]
  if (condition.kind() === 'parenthesized_expression') return namedChildren(condition).flatMap(tested)
  if (left === null || right === null) return []
  if (operator === '&&') return [...tested(left), ...tested(right)]
  return operator === '!=' && ['null', 'undefined'].includes(String(right.kind())) && placeOf(left) !== null ? [left.text()] : []
}

function isSafePlace(node: SgNode, known: Known, asked: Asked): boolean {
  const [object, index] = [node.field('object'), node.field('index')]
  if (object === null || placeOf(node) === null || (index !== null && !isSafe(index, known, asked))) return false
  return holdsSomething(object, known, asked)
}

/** Neither null nor undefined whenever the condition is asked again. */
function holdsSomething(object: SgNode, known: Known, asked: Asked): boolean {
  if (asked.solid.has(object.text()) || asked.strings.has(object.text())) return true
  if ((known === 'nothing' && !asked.readBefore.has(object.text())) || placeOf(object) === null) return false
  const reads = readsOf(object, asked.scopes)
  return reads !== null && asked.invariance.holds(reads, asked.region)
}

function isSafeCall(call: SgNode, known: Known, asked: Asked): boolean {
  const parts = methodCall(call)
  const values = namedChildren(call.field('arguments'))
  if (!values.every((value) => isSafe(value, known, asked))) return false
  const name = call.field('function')?.text() ?? ''
  if (isShallowFunction(name)) return asked.scopes.isPlatformName(name.split('.', 1)[0] ?? '')
  if (parts === null) return false
  if (parts.object.kind() === 'regex') return parts.method === 'test'
  if (asked.strings.has(parts.object.text())) return scalarMethods.has(parts.method) && values.every((value) => value.kind() === 'string' || value.kind() === 'number')
  // Things of the program may have such a method as well, and it may do anything: of texts alone there is only one.
  const isKnown = ['charAt', 'charCodeAt'].includes(parts.method) || isOwnThing(parts.object, asked.scopes)
  return isKnown && askingMethods.has(parts.method) && isInvariantPlace(parts.object, known, asked)
}

/** A name for a list, text, Set or Map made in this file. */
function isOwnThing(object: SgNode, scopes: Scopes): boolean {
  const value = onlyValueOf(object, scopes)
  return value !== null && (isCollectionExpression(value) || ['string', 'template_string'].includes(String(value.kind())))
}

/** An object that had the method when it was asked before. */
function isInvariantPlace(object: SgNode, known: Known, asked: Asked): boolean {
  const reads = known === 'nothing' || placeOf(object) === null ? null : readsOf(object, asked.scopes)
  return reads !== null && reads.length > 0 && asked.invariance.holds(reads, asked.region)
}
