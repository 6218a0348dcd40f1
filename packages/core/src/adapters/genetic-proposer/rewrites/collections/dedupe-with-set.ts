import type { SgNode } from '@ast-grep/napi'
import { freshName, methodCall } from '../../analysis/nodes.ts'
import type { ScriptOperator, EditSite, ScriptSource } from '../../edit-operator.ts'
import { excerpt } from '../../statements.ts'
import { callbackShape } from './callback-shape.ts'
import { methodCalls } from './method-calls.ts'

/** `list.filter((item, index) => list.indexOf(item) === index)` */
interface Dedupe {
  readonly call: SgNode
  readonly callback: SgNode
  readonly comparison: SgNode
  /** As the callback names them. */
  readonly array: string
  readonly item: string
}

/**
 * A filter that keeps each first occurrence by searching the whole array for every element remembers what it has seen in a Set instead. Exact: a Set
 * finds NaN where `indexOf` does not (so every NaN is dropped here, as before), the element itself is kept (a Set would turn -0 into 0), and holes are
 * skipped either way. What is no array is searched as before. Out of sight: getters that give another array each time.
 */
export const dedupeWithSet: ScriptOperator = {
  name: 'dedupe-with-set',
  kind: 'rewrite',
  sites: (source) => {
    if (!source.text.includes('.indexOf') || !source.scopes.isPlatformName('Set') || !source.scopes.isPlatformName('Array')) return []
    return methodCalls(source.root.root(), ['filter'])
      .flatMap((call) => dedupeOf(call) ?? [])
      .map((dedupe) => siteOf(source, dedupe))
  },
}

function dedupeOf(call: SgNode): Dedupe | null {
  const parts = methodCall(call)
  const shape = parts?.method === 'filter' && parts.values.length === 1 ? callbackShape(parts.values[0]) : null
  if (parts === null || shape === null || shape.result === null) return null
  const { node: callback, result: comparison } = shape
  const [item, index, self, ...more] = shape.parameters
  if (item === undefined || index === undefined || more.length > 0) return null
  const array = searchedArray(comparison, item, index)
  if (array === null || item === index || item === self || index === self) return null
  if (array === self) return { call, callback, comparison, array, item }
  // Another name for the array: it has to be the very text that `filter` is called on, and mean the same within the callback.
  const isPath = /^(?:this\.)?[A-Za-z_$][\w$]*(?:\.[\w$]+)*$/.test(array) && array === parts.object.text()
  const isSeenAlike = ![item, index, self].includes(array.split('.', 1)[0]) && (!array.startsWith('this.') || shape.isArrow)
  return isPath && isSeenAlike ? { call, callback, comparison, array, item } : null
}

/** `array.indexOf(item) === index`, either way round. */
function searchedArray(comparison: SgNode, item: string, index: string): string | null {
  const sides = [comparison.field('left'), comparison.field('right')]
  if (comparison.kind() !== 'binary_expression' || !['===', '=='].includes(comparison.field('operator')?.text() ?? '')) return null
  const search = sides.find((side) => side?.kind() === 'call_expression')
  const parts = search === null || search === undefined ? null : methodCall(search)
  if (parts === null || parts.method !== 'indexOf' || !sides.some((side) => side?.kind() === 'identifier' && side.text() === index)) return null
  const [wanted, ...others] = parts.values
  return others.length === 0 && wanted?.kind() === 'identifier' && wanted.text() === item ? parts.object.text() : null
}

function siteOf(source: ScriptSource, { call, callback, comparison, array, item }: Dedupe): EditSite {
  const offset = call.range().start.index
  const edit = (start: number, end: number, replacement: string): ReturnType<EditSite['edits']>[number] => ({ path: source.path, start, end, replacement, part: 0 })
  return {
    offset,
    key: `${offset}:dedupe`,
    rationale: `remembers what it has seen in a Set instead of searching for every element: \`${excerpt(call)}\``,
    edits: () => {
      const seen = freshName(source.text, 'seen')
      const [whole, test] = [callback.range(), comparison.range()]
      // `add` comes second: the size only differs when the value is new.
      const isFirst = `${item} === ${item} && ${seen}.size !== ${seen}.add(${item}).size`
      return [
        edit(whole.start.index, whole.start.index, `((${seen}) => `),
        edit(test.start.index, test.end.index, `(Array.isArray(${array}) ? ${isFirst} : ${comparison.text()})`),
        edit(whole.end.index, whole.end.index, `)(new Set())`),
      ]
    },
  }
}
