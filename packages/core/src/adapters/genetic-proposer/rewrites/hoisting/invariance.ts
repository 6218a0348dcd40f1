import type { SgNode } from '@ast-grep/napi'
import { isFunction, isNode, isWithin, upwards } from '../../analysis/nodes.ts'
import { iterationCall, isLoop, statementAround } from '../../analysis/repetition.ts'
import type { Binding, Scopes } from '../../analysis/scopes.ts'
import type { ScriptSource } from '../../edit-operator.ts'
import { bodyEvents, type BodyEvent } from './body-events.ts'
import { effectOf, isTarget, type Effect } from './effects.ts'
import { mayOverlap, type Step } from './place.ts'
import type { Read } from './reads.ts'
import { createUnseenChanges } from './unseen-changes.ts'

/** Answers whether what an expression looks at is the same throughout a region. Remembers what it found out about one file. */
export interface Invariance {
  /** `except` names mentions whose effect the caller has shown to be harmless. */
  holds(reads: readonly Read[], region: SgNode, except?: (effect: Effect) => boolean): boolean
  /** The statements around the node right before which something can be computed once for all of a repetition, outermost first. */
  repetitions(node: SgNode): readonly SgNode[]
  /** The outermost of `repetitions` in which the reads hold, or null. */
  outermost(node: SgNode, reads: readonly Read[]): SgNode | null
}

interface Region {
  readonly pauses: boolean
  readonly writtenProperties: ReadonlySet<string>
}

/**
 * Looks at every mention of the names involved, and of other names that the file gives to parts of the same objects: within the region, and in functions that may run meanwhile. Where
 * somebody else may have the object, because it was not made here or was handed on, no unknown call and no change of what may be the same object is let pass within the region.
 */
export function createInvariance(source: Pick<ScriptSource, 'scopes' | 'aliases'>): Invariance {
  const { scopes } = source
  const changesUnseen = createUnseenChanges(scopes)
  const regions = new Map<number, Region>()
  const effects = new Map<string, readonly Effect[] | null>()
  const regionOf = (node: SgNode): Region => {
    const known = regions.get(node.id())
    if (known !== undefined) return known
    const made = describe(node)
    regions.set(node.id(), made)
    return made
  }
  const effectsWithin = (binding: Binding, region: SgNode): readonly Effect[] | null => {
    const key = `${binding.declaration.id()}:${region.id()}`
    const known = effects.get(key)
    if (known !== undefined) return known
    const made = effectsOn(binding, region, scopes)
    effects.set(key, made)
    return made
  }
  const holds: Invariance['holds'] = (reads, region, except) => {
    const { pauses, writtenProperties } = regionOf(region)
    if (pauses) return false
    return reads.every((read) => {
      if (read.binding === null || read.steps.some((step) => step !== null && writtenProperties.has(step))) return false
      const found = effectsWithin(read.binding, region)
      return found !== null && found.every((effect) => !concerns(effect, read) || except?.(effect) === true) && !changesByAlias(read, region) && !changesUnseen(read, region, except)
    })
  }
  /** Another name for what is read, or for what it is a part of, is used to change it. The value of the name itself is nobody else's. */
  const changesByAlias = ({ binding, steps, deep }: Read, region: SgNode): boolean => {
    if (binding === null || (steps.length === 0 && !deep)) return false
    const { aliases } = source
    const roots = aliases.rootsOf(binding)
    return aliases.relatedTo(binding).some((other) => {
      const shared = aliases.rootsOf(other).flatMap((theirs) => roots.flatMap((ours) => (ours.binding === theirs.binding ? [{ ours: ours.steps, theirs: theirs.steps }] : [])))
      return usesMeanwhile(other, region).some((use) => {
        const effect = effectOf(use, scopes)
        // Giving the other name another value changes no object.
        return effect !== null && !(effect.replaces && effect.steps.length === 0) && shared.some((ways) => reaches(effect, ways) && concerns({ ...effect, steps: [...ways.theirs, ...effect.steps] }, { binding, steps: [...ways.ours, ...steps], deep }))
      })
    })
  }
  const events = new Map<number, readonly BodyEvent[]>()
  const eventsIn = (region: SgNode): readonly BodyEvent[] => {
    const made = events.get(region.id()) ?? bodyEvents(region, scopes)
    events.set(region.id(), made)
    return made
  }
  // Other methods can reach `this` too: then every unknown call counts.
  const thisHolds = (node: SgNode, own: readonly Read[], region: SgNode): boolean =>
    own.length === 0 || (hasThisOf(node, region) && !eventsIn(region).some((event) => own.some((read) => event.changes(read))))
  const outermost: Invariance['outermost'] = (node, reads) => {
    const own = reads.filter(({ binding }) => binding === null)
    const others = reads.filter(({ binding }) => binding !== null)
    return repetitionsAround(node).find((region) => holds(others, region) && thisHolds(node, own, region)) ?? null
  }
  return { holds, repetitions: repetitionsAround, outermost }
}

/** `this` means the same at the node and right before the region. */
function hasThisOf(node: SgNode, region: SgNode): boolean {
  return node.ancestors().every((ancestor) => !isFunction(ancestor) || ancestor.kind() === 'arrow_function' || !isWithin(ancestor, region))
}

function describe(region: SgNode): Region {
  const pauses = region.find({ rule: { any: [{ kind: 'await_expression' }, { kind: 'yield_expression' }] } }) !== null || /\bfor\s+await\b/.test(region.text())
  const members = region.findAll({ rule: { kind: 'member_expression', inside: { any: [{ kind: 'assignment_expression' }, { kind: 'augmented_assignment_expression' }, { kind: 'update_expression' }, { kind: 'unary_expression' }] } } })
  const written = members.flatMap((member) => {
    const parent = member.parent()
    return parent !== null && isTarget(member, parent) ? [member.field('property')?.text() ?? ''] : []
  })
  return { pauses, writtenProperties: new Set(written) }
}

/** What the file shows to happen to the name's object while the region runs; null when the name itself may change. */
function effectsOn(binding: Binding, region: SgNode, scopes: Scopes): readonly Effect[] | null {
  if (isWithin(binding.declaration, region)) return null
  const found = usesMeanwhile(binding, region).flatMap((use) => effectOf(use, scopes) ?? [])
  return found.some(({ replaces, steps }) => replaces && steps.length === 0) ? null : found
}

function usesMeanwhile(binding: Binding, region: SgNode): readonly SgNode[] {
  const owner = functionAround(binding.declaration)
  return binding.uses.filter((use) => isWithin(use, region) || !isNode(functionAround(use), owner))
}

/** What is done by the other name goes deep enough to reach what was once taken out of the same object: `const x = list[0]` stays what it is when the list gets another first element. */
function reaches({ steps, replaces, shallow }: Effect, { ours, theirs }: { readonly ours: readonly Step[]; readonly theirs: readonly Step[] }): boolean {
  const depth = theirs.length + steps.length
  if (replaces) return depth > ours.length
  return shallow !== true || depth >= ours.length
}

/** The effect may change what is read. */
export function concerns(effect: Effect, read: Read): boolean {
  if (!mayOverlap(effect.steps, read.steps)) return false
  if (read.deep) return true
  return effect.replaces ? effect.steps.length <= read.steps.length : effect.steps.length < read.steps.length
}

function functionAround(node: SgNode): SgNode | null {
  return node.ancestors().find(isFunction) ?? null
}

function repetitionsAround(node: SgNode): readonly SgNode[] {
  const found: SgNode[] = []
  let inner = node
  for (const ancestor of upwards(node)) {
    const call = isFunction(ancestor) ? iterationCall(ancestor) : null
    if ((isFunction(ancestor) && call === null) || ancestor.kind() === 'class_body') break
    const repeated = call ?? (isLoop(ancestor) && isRepeatedPart(ancestor, inner) ? ancestor : null)
    const statement = repeated === null ? null : placeBefore(repeated)
    if (statement !== null) found.unshift(statement)
    inner = ancestor
  }
  return found
}

/** A statement before which another can stand, without a class in between whose fields are computed later. */
function placeBefore(repeated: SgNode): SgNode | null {
  const statement = statementAround(repeated)
  if (statement === null) return null
  const isLater = repeated.ancestors().some((ancestor) => ancestor.kind() === 'class_body' && isWithin(ancestor, statement))
  return isLater ? null : statement
}

/** Not what a loop computes once: the list of a for-of, the first part of a for. */
function isRepeatedPart(loop: SgNode, part: SgNode): boolean {
  if (loop.kind() === 'for_in_statement') return !isNode(loop.field('right'), part)
  return loop.kind() !== 'for_statement' || !isNode(loop.field('initializer'), part)
}
