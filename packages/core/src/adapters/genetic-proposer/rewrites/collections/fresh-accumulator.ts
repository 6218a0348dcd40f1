import type { SgNode } from '@ast-grep/napi'
import { isFunction, isNode, isWithin } from '../../analysis/nodes.ts'
import { enclosingRepetition, isLoop, iterationCall } from '../../analysis/repetition.ts'
import type { Binding, Scopes } from '../../analysis/scopes.ts'
import { functionsBetween, isPlainRead, readingRegion } from './plain-reads.ts'
import { isFreshSeed, rebuildOf, type Rebuild } from './rebuild-forms.ts'

/** One statement that replaces a collection by a longer copy of it. */
export interface RebuildStatement {
  /** What to replace: the statement, or the bare expression of a `forEach` arrow. */
  readonly place: SgNode
  readonly assignment: SgNode
  readonly rebuild: Rebuild
}

/**
 * The statements that rebuild this variable's collection over and over, when nobody could tell whether it is copied or changed in place: it is made
 * here, its name is only set to copies of itself, all in one sequence (this function and the iteration callbacks it runs), every other mention within
 * that sequence only reads, and it is handed out, if at all, after the last change.
 */
export function rebuildStatements(binding: Binding, scopes: Scopes): readonly RebuildStatement[] {
  const home = declaringBlock(binding)
  if (home === null || binding.value === null || !['let', 'var'].includes(binding.kind) || !home.ancestors().some(isFunction)) return []
  const writes = binding.writes.map((write) => write.parent() as SgNode)
  const found = writes.flatMap((assignment) => rebuildStatement(assignment, binding.name) ?? [])
  const [first] = found
  if (first === undefined) return []
  const seeds = [withoutTypes(binding.value), ...writes.filter((write) => !found.some(({ assignment }) => isNode(assignment, write))).map((write) => assignedLiteral(write))]
  if (!seeds.every((seed) => seed !== null && isFreshSeed(seed, first.rebuild)) || !agree(found.map(({ rebuild }) => rebuild))) return []
  if (!writes.every((write) => runsInSequence(write, home) && writes.every((other) => isNode(other, write) || !isWithin(other, write)))) return []
  const operands = found.map(({ rebuild }) => rebuild.accumulator)
  const others = binding.uses.filter((use) => !operands.some((operand) => isNode(operand, use)) && !writes.some((write) => isNode(write.field('left'), use)))
  const kind = first.rebuild.kind
  // A `var` in a loop is one variable for all rounds: a function that is handed out in one could show what the next is still building.
  const harmless = others.every((use) => isWithin(use, home) && (isTimelyRead(use, { home, writes, kind, scopes }) || comesAfter(use, home, writes) && (isNode(home.parent(), binding.home) || binding.kind === 'let' || functionsBetween(use, home).length === 0)))
  return harmless ? found.filter(({ assignment }) => enclosingRepetition(assignment, home) !== null) : []
}

/** The block whose entry runs the declaration before anything that comes later in it; null when a jump could pass it by. */
export function declaringBlock({ declaration, uses }: Binding): SgNode | null {
  const statement = declaration.parent()?.parent()
  const block = statement?.parent()
  if (statement === null || statement === undefined || block?.kind() !== 'statement_block') return null
  if (/\breadonly\b|\bReadonly/i.test(declaration.parent()?.field('type')?.text() ?? '')) return null
  return uses.every((use) => isWithin(use, block) && use.range().start.index > declaration.range().end.index) ? block : null
}

function rebuildStatement(assignment: SgNode, name: string): RebuildStatement | null {
  const [parent, right] = [assignment.parent(), assignment.kind() === 'assignment_expression' ? assignment.field('right') : null]
  const rebuild = right === null ? null : rebuildOf(right)
  if (parent === null || rebuild === null || rebuild.accumulator.text() !== name) return null
  if (parent.kind() === 'expression_statement') return { place: parent, assignment, rebuild }
  const body = parent.kind() === 'parenthesized_expression' ? parent : assignment
  const arrow = body.parent()
  const isIgnored = arrow?.kind() === 'arrow_function' && iterationCall(arrow)?.field('function')?.field('property')?.text() === 'forEach'
  return isIgnored ? { place: body, assignment, rebuild } : null
}

function assignedLiteral(assignment: SgNode): SgNode | null {
  return assignment.kind() === 'assignment_expression' && assignment.parent()?.kind() === 'expression_statement' ? assignment.field('right') : null
}

function withoutTypes(value: SgNode): SgNode {
  return ['as_expression', 'satisfies_expression'].includes(String(value.kind())) ? (value.children()[0] ?? value) : value
}

/** One kind of collection, and no form undoes what another form keeps: holes, or what a key named `__proto__` does. */
export function agree(rebuilds: readonly Rebuild[]): boolean {
  const objects = rebuilds.filter((rebuild) => rebuild.kind === 'object')
  if (objects.length > 0) {
    const shapes = new Set(objects.map(({ form, key }) => (form === 'spread' ? form : `${form} ${'computed' in key}`)))
    return objects.length === rebuilds.length && shapes.size === 1
  }
  const arrays = rebuilds.filter((rebuild) => rebuild.kind === 'array')
  return !(arrays.some(({ fillsHoles }) => fillsHoles) && arrays.some(({ push }) => 'mayHaveHoles' in push && push.mayHaveHoles))
}

/** Only the declaring function itself, or callbacks it runs at once and that nothing else can call, get here. */
export function runsInSequence(write: SgNode, home: SgNode): boolean {
  return functionsBetween(write, home).every((callback) => iterationCall(callback) !== null && callback.field('name') === null)
}

interface Sequence {
  readonly home: SgNode
  readonly writes: readonly SgNode[]
  readonly kind: Rebuild['kind']
  readonly scopes: Scopes
}

/** A plain read that is over before the next change: nobody walks through the collection while it grows. */
function isTimelyRead(use: SgNode, { home, writes, kind, scopes }: Sequence): boolean {
  if (!isPlainRead(use, kind, scopes) || functionsBetween(use, home).some(isSuspendable)) return false
  const region = readingRegion(use)
  return writes.every((write) => isWithin(use, write) || !isWithin(write, region))
}

/** An async function or a generator: it may stop halfway through a loop. */
export function isSuspendable(callback: SgNode): boolean {
  return String(callback.kind()).startsWith('generator') || callback.children().some((child) => ['async', '*'].includes(String(child.kind())))
}

/** Runs after the last change, however often the declaring block runs. */
export function comesAfter(use: SgNode, home: SgNode, writes: readonly SgNode[]): boolean {
  const outermost = functionsBetween(use, home).at(-1) ?? use
  // Declarations of functions are there from the start.
  if (['function_declaration', 'generator_function_declaration'].includes(String(outermost.kind()))) return false
  const start = outermost.range().start.index
  const line = outermost.ancestors()
  const loops = line.slice(0, line.findIndex((ancestor) => isNode(ancestor, home))).filter(isLoop)
  return writes.every((write) => write.range().end.index <= start && !loops.some((loop) => isWithin(write, loop)))
}
