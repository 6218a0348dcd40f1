import type { SgNode } from '@ast-grep/napi'
import { rootText } from '../root-text.ts'

const around = ['assignment_expression', 'augmented_assignment_expression', 'update_expression', 'for_in_statement', 'array_pattern', 'pair_pattern', 'unary_expression']
const rule = { any: around.map((kind) => ({ kind })) }
const places: WeakMap<SgNode, readonly string[]> = new WeakMap()
const changing = /definePropert|setPrototypeOf|\bassign\b|\bReflect\b|\bdeleteProperty\b|__define[GS]etter__/

/**
 * The texts of everything that a file stores to, updates or deletes, worked out once for all rules that ask: whatever `storedTo` matches is among them. To look at a few dozen texts takes a tenth of what it takes to compile
 * the expressions of one rule.
 */
export function storedPlaces(root: SgNode): readonly string[] {
  const known = places.get(root)
  if (known !== undefined) return known
  const found = root.findAll({ rule }).flatMap(placesIn)
  places.set(root, found)
  return found
}

function placesIn(node: SgNode): readonly string[] {
  switch (String(node.kind())) {
    case 'assignment_expression':
    case 'augmented_assignment_expression':
    case 'for_in_statement':
      return textOf(node.field('left'))
    case 'unary_expression':
      return node.field('operator')?.text() === 'delete' ? textOf(node.field('argument')) : []
    case 'update_expression':
      return textOf(node.field('argument'))
    default:
      return node.children().filter((child) => child.isNamed()).map((child) => child.text())
  }
}

function textOf(node: SgNode | null): readonly string[] {
  return node === null ? [] : [node.text()]
}

/** Whether something is stored to a place like this, or handed to what changes objects. */
export function mayStore(root: SgNode, place: RegExp): boolean {
  return storedPlaces(root).some((text) => place.test(text)) || mayChange(root)
}

/** Whether the text names anything that changes the objects it is given. */
export function mayChange(root: SgNode): boolean {
  return changing.test(rootText(root))
}
