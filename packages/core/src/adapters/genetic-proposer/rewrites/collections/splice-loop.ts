import type { SgNode } from '@ast-grep/napi'
import { namedChildren } from '../../analysis/nodes.ts'
import type { Scopes } from '../../analysis/scopes.ts'
import { declaredElements, pureTest } from './pure-test.ts'

/** A loop that does nothing but remove the elements that meet a condition, one at a time. */
export interface SpliceLoop {
  readonly loop: SgNode
  readonly direction: 'backward' | 'forward'
  /** Text of the array and of the index. */
  readonly array: string
  readonly index: string
  /** Runs before the loop; null when the statement before the loop does it. */
  readonly start: SgNode | null
  readonly body: SgNode
  readonly decision: SgNode
  readonly condition: SgNode
  /** Other collections that the condition looks into. */
  readonly others: readonly string[]
}

/** Reads the usual forms: `for` downwards from the last index, `while (i--)`, and `for` upwards that steps back after each removal. */
export function spliceLoop(loop: SgNode, scopes: Scopes): SpliceLoop | null {
  const body = loop.field('body')
  const steps = body?.kind() === 'statement_block' ? namedChildren(body) : body === null ? [] : [body]
  const decision = steps.at(-1)
  const declarations = steps.slice(0, -1)
  const condition = decision?.kind() === 'if_statement' && decision.field('alternative') === null ? decision.field('condition') : null
  if (body === null || decision === undefined || condition === null || !declarations.every(isDeclaration)) return null
  const removal = removalOf(decision)
  const start = removal === null ? null : startOf(loop, removal)
  if (removal === null || start === null) return null
  const counter = namesIn(start.place).find((name) => name.text() === removal.index)
  // A name that nobody declares could be anything; so could every name where `eval` reaches.
  if (counter === undefined || scopes.resolve(counter) === null || removal.array.split('.', 1)[0] === removal.index) return null
  const test = { array: removal.array, index: removal.index, mayUseIndex: removal.direction === 'backward', elements: new Set<string>(), loop, scopes }
  const declared = declaredElements(declarations, test)
  const others = declared === null ? null : pureTest(condition, { ...test, elements: declared.elements })
  if (declared === null || others === null) return null
  return { loop, ...removal, start: start.isWithinLoop ? start.place : null, body, decision, condition, others: [...new Set([...declared.others, ...others])] }
}

function isDeclaration(node: SgNode): boolean {
  return ['lexical_declaration', 'variable_declaration'].includes(String(node.kind()))
}

interface Removal {
  readonly array: string
  readonly index: string
  readonly direction: SpliceLoop['direction']
}

/** `list.splice(i, 1)`, with `i--` in it or after it in a loop upwards. */
function removalOf(decision: SgNode): Removal | null {
  const consequence = decision.field('consequence')
  const steps = consequence?.kind() === 'statement_block' ? namedChildren(consequence) : [consequence]
  const texts = steps.map((step) => (step?.kind() === 'expression_statement' ? compact(step) : ''))
  const [, array, index, stepsBack] = /^((?:this\.)?[A-Za-z_$][\w$]*(?:\.[\w$]+)*)\.splice\(([A-Za-z_$][\w$]*)(--)?,1\)$/.exec(texts[0] ?? '') ?? []
  if (array === undefined || index === undefined || texts.length > 2) return null
  if (texts.length === 2) return stepsBack === undefined && [`${index}--`, `--${index}`, `${index}-=1`].includes(texts[1] as string) ? { array, index, direction: 'forward' } : null
  return { array, index, direction: stepsBack === undefined ? 'backward' : 'forward' }
}

/** The node's text without white space and without the semicolon at its end; nothing when there are comments in it. */
function compact(node: SgNode | null | undefined): string {
  const text = node?.text() ?? ''
  return /\/[/*]/.test(text) ? '' : text.replaceAll(/\s+/g, '').replace(/;$/, '')
}

interface Start {
  readonly place: SgNode
  readonly isWithinLoop: boolean
}

/** Where the index gets its first value, when the loop's head is one of the known ones. */
function startOf(loop: SgNode, { array, index, direction }: Removal): Start | null {
  const condition = compact(loop.field('condition'))
  if (loop.kind() === 'while_statement') {
    const before = loop.prev()
    return before !== null && direction === 'backward' && condition === `(${index}--)` && isStart(before, `${index}=${array}.length`) ? { place: before, isWithinLoop: false } : null
  }
  const place = loop.kind() === 'for_statement' ? loop.field('initializer') : null
  const increment = compact(loop.field('increment'))
  if (place === null || (isDeclaration(place) && namedChildren(place).length !== 1)) return null
  const isStep = (sign: '-' | '+'): boolean => [`${index}${sign}${sign}`, `${sign}${sign}${index}`, `${index}${sign}=1`].includes(increment)
  const starts = (value: string): boolean => isStart(place, `${index}=${value}`)
  const isKnown =
    direction === 'forward'
      ? starts('0') && condition === `${index}<${array}.length` && isStep('+')
      : (starts(`${array}.length-1`) && [`${index}>=0`, `${index}>-1`].includes(condition) && isStep('-')) || (starts(`${array}.length`) && [`${index}--`, `${index}-->0`].includes(condition) && increment === '')
  return isKnown ? { place, isWithinLoop: true } : null
}

/** A declaration or an assignment that ends with this one. */
function isStart(place: SgNode, wanted: string): boolean {
  const last = namedChildren(place).at(-1)
  if (isDeclaration(place)) return last?.kind() === 'variable_declarator' && last.field('type') === null && compact(last) === wanted
  return ['expression_statement', 'assignment_expression'].includes(String(place.kind())) && compact(place) === wanted
}

function namesIn(place: SgNode): readonly SgNode[] {
  return place.findAll({ rule: { kind: 'identifier' } })
}
