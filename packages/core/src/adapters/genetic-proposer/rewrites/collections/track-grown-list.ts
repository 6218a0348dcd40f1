import type { SgNode } from '@ast-grep/napi'
import type { TextEdit } from '../../../../proposal/proposal.ts'
import { freshName, indentAt, isNode, isWithin, methodCall, namedChildren } from '../../analysis/nodes.ts'
import { enclosingRepetition } from '../../analysis/repetition.ts'
import type { Binding } from '../../analysis/scopes.ts'
import type { ScriptOperator, EditSite, ScriptSource } from '../../edit-operator.ts'
import { excerpt } from '../../statements.ts'
import { comesAfter, declaringBlock, runsInSequence } from './fresh-accumulator.ts'
import { membershipOf, type Membership } from './membership-to-set.ts'
import { methodCalls } from './method-calls.ts'
import { isPlainRead } from './plain-reads.ts'
import { mayBeginWithParenthesis } from '../../analysis/statement-start.ts'

/** A list that starts empty, what is added to it, and the tests whether it holds something already. */
interface GrownList {
  readonly binding: Binding
  readonly statement: SgNode
  readonly pushes: readonly SgNode[]
  readonly tests: readonly Membership[]
}

const place = /^[\w$]+(?:\.[\w$]+|\[[\w$]+\])*$/

/**
 * `if (list.indexOf(x) === -1) list.push(x)`: a list that is searched while it grows gets a Set beside it that grows with it. Exact: a Set finds what
 * `includes` finds, and what `indexOf` finds but for NaN. Refused unless the list is made here, changes only by `push` of plain values within one
 * sequence (this function and the iteration callbacks it runs), and is handed out, if at all, after the last of them.
 */
export const trackGrownList: ScriptOperator = {
  name: 'track-grown-list',
  kind: 'rewrite',
  sites: (source) => {
    if (!source.text.includes('.push') || !source.scopes.isPlatformName('Set')) return []
    const memberships = methodCalls(source.root.root(), ['indexOf', 'includes']).flatMap((call) => membershipOf(call) ?? [])
    const lists = new Map<number, { readonly binding: Binding; readonly tests: Membership[] }>()
    for (const test of memberships) {
      const binding = source.scopes.resolve(test.array)
      if (binding?.value?.kind() !== 'array' || namedChildren(binding.value).length > 0 || binding.writes.length > 0) continue
      const known = lists.get(binding.declaration.id())
      if (known === undefined) lists.set(binding.declaration.id(), { binding, tests: [test] })
      else known.tests.push(test)
    }
    return [...lists.values()].flatMap(({ binding, tests }) => grownList(source, binding, tests) ?? []).map((list) => siteOf(source, list))
  },
}

function grownList(source: ScriptSource, binding: Binding, tests: readonly Membership[]): GrownList | null {
  const [home, statement] = [declaringBlock(binding), binding.declaration.parent()?.parent()]
  if (home === null || statement === null || statement === undefined || !['const', 'let', 'var'].includes(binding.kind)) return null
  if (binding.value?.text().replaceAll(/\s/g, '') !== '[]') return null
  const tested = binding.uses.filter((use) => tests.some(({ array }) => isNode(array, use)))
  const pushed = binding.uses.flatMap((use) => pushOf(use) ?? [])
  const steps = [...tests.map(({ test }) => test), ...pushed]
  if (pushed.length === 0 || !steps.every((step) => runsInSequence(step, home) && (step.parent()?.kind() === 'expression_statement' || mayBeginWithParenthesis(step)))) return null
  if (!tests.some(({ test }) => enclosingRepetition(test, home) !== null) || steps.some((step) => steps.some((other) => !isNode(step, other) && isWithin(step, other)))) return null
  const others = binding.uses.filter((use) => !tested.some((node) => isNode(node, use)) && !pushed.some((call) => isNode(call.field('function')?.field('object'), use)))
  const isHarmless = (use: SgNode): boolean => isPlainRead(use, 'array', source.scopes) || comesAfter(use, home, steps)
  return others.every(isHarmless) ? { binding, statement, pushes: pushed, tests } : null
}

/** `list.push(x, y)` of values that can be written twice. */
function pushOf(use: SgNode): SgNode | null {
  const call = use.parent()?.parent()
  const parts = call === null || call === undefined ? null : methodCall(call)
  const isPush = parts?.method === 'push' && isNode(parts.object, use) && parts.values.length > 0
  return isPush && parts.values.every((value) => place.test(value.text())) && call !== undefined ? call : null
}

function siteOf(source: ScriptSource, list: GrownList): EditSite {
  const [first] = list.tests
  const node = first?.test ?? list.statement
  return {
    offset: node.range().start.index,
    key: `${list.statement.range().start.index}:${list.binding.name}:seen`,
    rationale: `keeps a Set beside \`${list.binding.name}\` instead of searching it every time: \`${excerpt(node)}\``,
    edits: () => rewrite(source, list),
  }
}

function rewrite(source: ScriptSource, { binding, statement, pushes, tests }: GrownList): readonly TextEdit[] {
  const set = freshName(source.text, `${binding.name}Set`)
  const start = statement.range().start.index
  const edit = (node: SgNode, replacement: string): TextEdit => ({ path: source.path, start: node.range().start.index, end: node.range().end.index, replacement, part: 0 })
  return [
    { path: source.path, start, end: start, replacement: `${binding.kind === 'var' ? 'var' : 'const'} ${set} = new Set();\n${indentAt(source.text, start)}`, part: 0 },
    ...pushes.map((call) => edit(call, pushing(call, set))),
    ...tests.map(({ test, value, method, wantsPresent }) => {
      const text = value.text()
      const lookUp = method === 'includes' ? `${set}.has(${text})` : `(${text} === ${text} && ${set}.has(${text}))`
      return edit(test, wantsPresent ? lookUp : `!${lookUp}`)
    }),
  ]
}

function pushing(call: SgNode, set: string): string {
  const adds = (methodCall(call)?.values ?? []).map((value) => `${set}.add(${value.text()})`)
  const text = [...adds, call.text()].join(', ')
  return call.parent()?.kind() === 'expression_statement' ? text : `(${text})`
}
