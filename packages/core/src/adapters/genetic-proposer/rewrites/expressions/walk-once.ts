import type { SgNode } from '@ast-grep/napi'
import { methodCall, namedChildren } from '../../analysis/nodes.ts'
import type { Scopes } from '../../analysis/scopes.ts'
import type { ScriptOperator, EditSite, ScriptSource } from '../../edit-operator.ts'
import { excerpt } from '../../statements.ts'
import { computeBefore } from '../../analysis/compute-before.ts'
import { freshWord } from '../../analysis/fresh-word.ts'
import { isQuiet } from '../../analysis/quiet-expression.ts'
import { statementPlace } from '../../analysis/statement-place.ts'
import { isTextForm } from '../../analysis/text-form.ts'

interface Walk {
  readonly kind: 'max' | 'min' | 'flatten' | 'reverse'
  readonly node: SgNode
  /** What is walked through: a list, or a text. */
  readonly walked: SgNode
}

const callees: Readonly<Record<string, Walk['kind']>> = { 'Math.max': 'max', 'Math.min': 'min', '[].concat': 'flatten', 'Array.prototype.concat': 'flatten' }

/**
 * A value made by way of a list of arguments or characters is made by a loop: `Math.max(...a)`, `Math.max.apply(null, a)`, `[].concat.apply([], a)`,
 * `[].concat(...a)`, `s.split('').reverse().join('')`. Exact: what is no array, or no string, takes the old way; elements are converted one by one as before,
 * and holes within the parts stay holes. A list too long for a list of arguments, which was a RangeError, is walked through all the same. Out of sight:
 * objects that `concat` spreads on request.
 */
export const walkOnce: ScriptOperator = {
  name: 'walk-once',
  kind: 'rewrite',
  sites: (source) => {
    if (!/Math\.(?:max|min)|\.concat|\.reverse/.test(source.text)) return []
    const property = { field: 'property', regex: '^(?:max|min|concat|apply|join)$' }
    const calls = source.root.root().findAll({ rule: { kind: 'call_expression', has: { field: 'function', kind: 'member_expression', has: property } } })
    return calls.flatMap((call) => walkOf(call, source.scopes) ?? []).flatMap((walk) => siteOf(source, walk))
  },
}

function walkOf(call: SgNode, scopes: Scopes): Walk | null {
  const parts = methodCall(call)
  if (parts === null) return null
  if (parts.method === 'join') return reversalOf(call)
  const isApplied = parts.method === 'apply'
  const name = isApplied ? parts.object.text() : (call.field('function')?.text() ?? '')
  const kind = Object.hasOwn(callees, name) ? callees[name] : undefined
  const [first, second, ...others] = parts.values
  if (kind === undefined || first === undefined || others.length > 0 || !scopes.isPlatformName('Math') || !scopes.isPlatformName('Array')) return null
  if (isApplied) {
    const isOwn = kind === 'flatten' ? first.text() === '[]' : ['null', 'undefined', 'Math', 'void 0', 'this'].includes(first.text())
    return isOwn && second !== undefined && second.kind() !== 'spread_element' ? { kind, node: call, walked: second } : null
  }
  const [spread] = first.kind() === 'spread_element' && second === undefined ? namedChildren(first) : []
  // Without `apply` it is the prototype itself that is put in front.
  return spread === undefined || name === 'Array.prototype.concat' ? null : { kind, node: call, walked: spread }
}

function reversalOf(join: SgNode): Walk | null {
  const reversal = methodCall(join)
  const reversed = reversal === null ? null : methodCall(reversal.object)
  const split = reversed === null ? null : methodCall(reversed.object)
  if (reversal === null || reversed?.method !== 'reverse' || reversed.values.length > 0 || split?.method !== 'split') return null
  const isEmpty = (values: readonly SgNode[]): boolean => values.length === 1 && ["''", '""'].includes(values[0]?.text() ?? '')
  return isEmpty(reversal.values) && isEmpty(split.values) ? { kind: 'reverse', node: join, walked: split.object } : null
}

function siteOf(source: ScriptSource, walk: Walk): EditSite[] {
  const place = statementPlace(walk.node, source.scopes, isQuiet(walk.walked, source.scopes))
  if (place === null) return []
  const offset = walk.node.range().start.index
  return [{ offset, key: `${offset}:walk`, rationale: `computes \`${excerpt(walk.node)}\` in one loop`, edits: () => computeBefore(source, place, linesOf(source, walk)) }]
}

const resultNames = { max: 'greatest', min: 'least', flatten: 'flat', reverse: 'reversed' } as const

function linesOf({ text, scopes }: ScriptSource, { kind, node, walked }: Walk): { readonly node: SgNode; readonly result: string; readonly lines: readonly string[] } {
  const fresh = (wanted: string): string => freshWord(text, wanted)
  const isName = walked.kind() === 'identifier'
  const list = isName ? walked.text() : fresh(kind === 'reverse' ? 'text' : 'list')
  const [result, index, inner, part] = [fresh(resultNames[kind]), fresh('index'), fresh('inner'), fresh('part')]
  const from = walked.range().start.index - node.range().start.index
  const old = node.text().slice(0, from) + list + node.text().slice(from + walked.text().length)
  const start = { max: '-Infinity', min: 'Infinity', flatten: '[]', reverse: "''" }[kind]
  const upwards = `for (let ${index} = 0; ${index} < ${list}.length; ${index}++)`
  const loops = {
    max: [`${upwards} ${result} = Math.max(${result}, ${list}[${index}]);`],
    min: [`${upwards} ${result} = Math.min(${result}, ${list}[${index}]);`],
    flatten: [
      `${upwards} {`,
      `  const ${part} = ${list}[${index}];`,
      `  if (!Array.isArray(${part})) ${result}.push(${part});`,
      `  else for (let ${inner} = 0; ${inner} < ${part}.length; ${inner}++) {`,
      `    if (${part}[${inner}] !== undefined || ${inner} in ${part}) ${result}.push(${part}[${inner}]);`,
      `    else ${result}.length++;`,
      '  }',
      '}',
    ],
    reverse: [`for (let ${index} = ${list}.length - 1; ${index} >= 0; ${index}--) ${result} += ${list}[${index}];`],
  }[kind]
  const given = isName ? [] : [`const ${list} = ${walked.text()};`]
  if (kind === 'reverse' && isTextForm(walked, scopes)) return { node, result, lines: [...given, `let ${result} = ${start};`, ...loops] }
  const test = kind === 'reverse' ? `typeof ${list} === 'string'` : `Array.isArray(${list})`
  return { node, result, lines: [...given, `let ${result} = ${start};`, `if (${test}) {`, ...loops.map((line) => `  ${line}`), `} else ${result} = ${old};`] }
}
