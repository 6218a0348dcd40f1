import type { SgNode } from '@ast-grep/napi'
import type { TextEdit } from '../../../../proposal/proposal.ts'
import { methodCall } from '../../analysis/nodes.ts'
import type { Scopes } from '../../analysis/scopes.ts'
import type { ScriptOperator, EditSite, ScriptSource } from '../../edit-operator.ts'
import { excerpt } from '../../statements.ts'
import { isPath, isTextForm } from '../../analysis/text-form.ts'
import { arrayProof } from './array-proof.ts'
import { chainLoop, type ChainLoop, type LoopNames } from './chain-loop.ts'
import { chainOf, longestChains, type Chain } from './chain.ts'
import { computeBefore } from '../../analysis/compute-before.ts'
import { freshWord } from '../../analysis/fresh-word.ts'
import { isQuiet } from '../../analysis/quiet-expression.ts'
import { statementPlace, type StatementPlace } from '../../analysis/statement-place.ts'

/**
 * `list.filter(f).map(g)` and its like, also when they end in `length`, `join` or `reduce`, become one loop that makes one array or none.
 * Exact: the callbacks are written in place and only read, so that nobody can tell that they take turns; holes are kept, skipped or joined as before, and the
 * places that callbacks see are those of the array in between. What is not surely an array keeps its chain. When steps fail for different elements, another
 * TypeError may come first. Out of sight: getters and conversions of the program's own that count how often or when they run.
 */
export const fuseChain: ScriptOperator = {
  name: 'fuse-chain',
  kind: 'rewrite',
  sites: (source) => {
    if (!/\.\s*(?:map|filter)\s*[(<]/.test(source.text) || !source.scopes.isPlatformName('Array')) return []
    const root = source.root.root()
    const step = { field: 'object', kind: 'call_expression', has: { field: 'function', kind: 'member_expression', has: { field: 'property', regex: '^(?:map|filter)$' } } }
    const called = { kind: 'call_expression', has: { field: 'function', kind: 'member_expression', all: [{ has: { field: 'property', regex: '^(?:map|filter|join|reduce)$' } }, { has: step }] } }
    const measured = { kind: 'member_expression', all: [{ has: { field: 'property', regex: '^length$' } }, { has: step }] }
    const chains = root.findAll({ rule: { any: [called, measured] } }).flatMap((node) => chainOf(node, source.scopes) ?? [])
    return longestChains(chains).flatMap((chain) => siteOf(source, chain))
  },
}

function siteOf(source: ScriptSource, chain: Chain): EditSite[] {
  const place = statementPlace(chain.node, source.scopes, isQuiet(chain.receiver, source.scopes))
  if (place === null) return []
  const offset = chain.node.range().start.index
  return [{ offset, key: `${offset}:fuse`, rationale: `runs \`${excerpt(chain.node)}\` as one loop without the arrays in between`, edits: () => rewrite(source, chain, place) }]
}

function rewrite(source: ScriptSource, chain: Chain, place: StatementPlace): readonly TextEdit[] {
  const { scopes, text } = source
  const proof = arrayProof(chain.receiver, scopes)
  const isName = chain.receiver.kind() === 'identifier'
  const names = namesFor(text, chain, isName)
  const loop = chainLoop(chain, proof === 'dense', { names, scopes })
  const lines = [...(isName ? [] : [`const ${names.list} = ${receiverText(chain.receiver, scopes)};`]), ...(proof === null ? guarded(chain, loop, names) : plain(loop, names))]
  return computeBefore(source, place, { node: chain.node, result: names.result, lines })
}

/** The characters of a text need no list: a string has a length and elements as well. */
function receiverText(receiver: SgNode, scopes: Scopes): string {
  const parts = methodCall(receiver)
  const isSplit = parts?.method === 'split' && parts.values.length === 1 && ["''", '""'].includes(parts.values[0]?.text() ?? '')
  if (parts === null || !isSplit) return receiver.text()
  if (isTextForm(parts.object, scopes)) return parts.object.text()
  return isPath(parts.object) ? `typeof ${parts.object.text()} === 'string' ? ${parts.object.text()} : ${receiver.text()}` : receiver.text()
}

function plain(loop: ChainLoop, names: LoopNames): readonly string[] {
  return [`${loop.isConstant ? 'const' : 'let'} ${names.result} = ${loop.start};`, ...loop.lines]
}

function guarded(chain: Chain, loop: ChainLoop, names: LoopNames): readonly string[] {
  const old = `${names.list}${chain.node.text().slice(chain.receiver.range().end.index - chain.node.range().start.index)}`
  return [`let ${names.result};`, `if (Array.isArray(${names.list})) {`, ...[`${names.result} = ${loop.start};`, ...loop.lines].map((line) => `  ${line}`), `} else ${names.result} = ${old};`]
}

const resultNames = { array: 'result', length: 'count', join: 'joined', reduce: 'total' } as const

function namesFor(text: string, chain: Chain, isName: boolean): LoopNames {
  const fresh = (wanted: string): string => freshWord(text, wanted)
  const list = isName ? chain.receiver.text() : fresh('list')
  return { list, index: fresh('index'), item: fresh('item'), mapped: freshStem(text, 'mapped'), place: freshStem(text, 'place'), result: fresh(resultNames[chain.end.kind]) }
}

/** The start of names, with which no word of the text begins. */
function freshStem(text: string, wanted: string): string {
  let stem = wanted
  while (new RegExp(`(?<![\\w$])${stem}`).test(text)) stem = `${stem}_`
  return stem
}
