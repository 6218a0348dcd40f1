import type { SgNode } from '@ast-grep/napi'
import { freshName, isFunction, isNode, isOptional, isWithin, upwards } from '../../analysis/nodes.ts'
import type { ScriptOperator, EditSite, ScriptSource } from '../../edit-operator.ts'
import { excerpt } from '../../statements.ts'
import { bodyEvents, type BodyEvent } from './body-events.ts'
import { beforeStatement, replaced } from './lazy-value.ts'
import { placeOf } from './place.ts'
import { readsOf, type Read } from './reads.ts'
import { repeatedCode } from './repeated-code.ts'
import { isValuePosition } from './value-position.ts'

interface Repeated {
  readonly text: string
  /** The statement before which the value gets its name. */
  readonly statement: SgNode
  readonly occurrences: readonly SgNode[]
}

/**
 * A way of two or more steps, or to an element of a list (`a.b.c`, `list[i].x`), read several times in the body of a loop or an iteration callback, gets a name at
 * the first statement that reads it in any case. Precondition: from there to the last of these reads, nothing assigns one of the names or a property of the same
 * name (of whatever object), nothing unknown is called or waited for, and in the first statement nothing happens before the read. Out of sight: getters and proxies.
 */
export const nameRepeatedLookup: ScriptOperator = {
  name: 'name-repeated-lookup',
  kind: 'rewrite',
  sites: (source) => bodiesOf(source).flatMap((body) => sitesIn(source, body)),
}

/** The blocks that run again and again. */
function bodiesOf(source: ScriptSource): readonly SgNode[] {
  return repeatedCode(source).flatMap((node) => {
    const body = node.field('body')
    return body?.kind() === 'statement_block' ? [body] : []
  })
}

function sitesIn(source: ScriptSource, body: SgNode): readonly EditSite[] {
  const groups = new Map<string, SgNode[]>()
  for (const node of body.findAll({ rule: { any: [{ kind: 'member_expression' }, { kind: 'subscript_expression' }] } })) {
    const text = node.text()
    const group = groups.get(text)
    if (group === undefined) groups.set(text, [node])
    else group.push(node)
  }
  const wanted = [...groups].filter(([, nodes]) => nodes.length > 1 && isWorthAName(nodes[0] as SgNode))
  if (wanted.length === 0) return []
  const events = bodyEvents(body, source.scopes)
  return wanted.flatMap(([text, nodes]) => {
    const found = repeatedIn(source, { body, events, nodes, text })
    return found === null ? [] : [siteOf(source, found)]
  })
}

function isWorthAName(node: SgNode): boolean {
  const place = placeOf(node)
  return place !== null && (place.steps.length > 1 || place.steps.includes(null))
}

interface Group {
  readonly body: SgNode
  readonly events: readonly BodyEvent[]
  readonly nodes: readonly SgNode[]
  readonly text: string
}

function repeatedIn(source: ScriptSource, { body, events, nodes, text }: Group): Repeated | null {
  const own = nodes.filter((node) => isValuePosition(node) && !isWithinFunction(node, body))
  if (own.length < 2 || isOnlyPartOfOne(own)) return null
  const readsBy = new Map<SgNode, readonly Read[] | null>()
  // Asked once a node, and only of those that come into question: each answer looks at every name in it.
  const readsAt = (node: SgNode): readonly Read[] | null => {
    const known = readsBy.get(node)
    if (known !== undefined) return known
    const found = readsOf(node, source.scopes)
    readsBy.set(node, found)
    return found
  }
  for (const first of own) {
    const statement = unconditionalStatement(first, body)
    const reads = statement === null ? null : readsAt(first)
    if (statement === null || reads === null || reads.length === 0) continue
    const start = statement.range().start.index
    const at = first.range().start.index
    if (events.some((event) => event.at > start && event.at <= at) || reads.some(({ binding }) => binding !== null && isWithin(binding.declaration, statement))) continue
    const end = events.find((event) => event.at > start && reads.some((read) => event.changes(read)))?.at ?? Number.POSITIVE_INFINITY
    const occurrences = own.filter((node) => node.range().start.index >= start && node.range().end.index <= end && isSameRead(readsAt(node), reads))
    if (occurrences.length > 1 && occurrences.includes(first)) return { text, statement, occurrences }
  }
  return null
}

function isSameRead(a: readonly Read[] | null, b: readonly Read[]): boolean {
  return a !== null && a.length === b.length && a.every(({ binding }, at) => (binding === null ? b[at]?.binding === null : isNode(binding.declaration, b[at]?.binding?.declaration)))
}

function isWithinFunction(node: SgNode, body: SgNode): boolean {
  for (const ancestor of upwards(node)) {
    if (isNode(ancestor, body)) return false
    if (isFunction(ancestor) || ancestor.kind() === 'class_body') return true
  }
  return true
}

/** `list[i]` in nothing but `list[i].x`: the longer way is the one to name. */
function isOnlyPartOfOne(nodes: readonly SgNode[]): boolean {
  const around = nodes.map((node) => node.parent())
  const text = around[0]?.text()
  return around.every((parent, at) => parent !== null && placeOf(parent) !== null && isNode(parent.field('object'), nodes[at]) && parent.text() === text && isValuePosition(parent))
}

/** What an expression may stand in and still be evaluated in any case. */
const passing = new Set([
  'arguments', 'array', 'assignment_expression', 'augmented_assignment_expression', 'binary_expression', 'call_expression', 'expression_statement', 'if_statement', 'lexical_declaration', 'member_expression', 'new_expression',
  'object', 'pair', 'parenthesized_expression', 'return_statement', 'spread_element', 'subscript_expression', 'switch_statement', 'template_string', 'template_substitution', 'ternary_expression', 'throw_statement', 'unary_expression',
  'variable_declaration', 'variable_declarator',
])

/** The statement of the body that evaluates the node whenever it runs; null when it might not. */
function unconditionalStatement(node: SgNode, body: SgNode): SgNode | null {
  let inner = node
  for (const ancestor of upwards(node)) {
    if (isNode(ancestor, body)) return inner
    if (!passing.has(String(ancestor.kind())) || !isAlwaysEvaluated(ancestor, inner)) return null
    inner = ancestor
  }
  return null
}

function isAlwaysEvaluated(around: SgNode, part: SgNode): boolean {
  switch (String(around.kind())) {
    case 'binary_expression':
      return isNode(around.field('left'), part) || !['&&', '||', '??'].includes(around.field('operator')?.text() ?? '')
    case 'augmented_assignment_expression':
      return !['&&=', '||=', '??='].includes(around.field('operator')?.text() ?? '')
    case 'if_statement':
    case 'ternary_expression':
      return isNode(around.field('condition'), part)
    case 'switch_statement':
      return isNode(around.field('value'), part)
    case 'call_expression':
    case 'member_expression':
    case 'subscript_expression':
      // `a?.[x.y.z]`, and `a?.b[x.y.z]` further in.
      return isNode(around.field('object') ?? around.field('function'), part) || !/\?\./.test(around.text()) || !isOptionalWithin(around)
    default:
      return true
  }
}

function isOptionalWithin(node: SgNode): boolean {
  if (isOptional(node)) return true
  const object = node.field('object') ?? node.field('function')
  return object !== null && isOptionalWithin(object)
}

function siteOf(source: ScriptSource, { text, statement, occurrences }: Repeated): EditSite {
  const first = occurrences[0] as SgNode
  const offset = first.range().start.index
  return {
    offset,
    key: `${offset}:${text}`,
    rationale: `reads \`${excerpt(first)}\` once instead of ${occurrences.length} times`,
    edits: () => {
      const last = placeOf(first)?.steps.at(-1) ?? null
      const name = freshName(source.text, last !== null && /^[a-z][a-zA-Z\d]{2,}$/.test(last) ? `${last}Here` : 'item')
      return [beforeStatement(source, statement, `const ${name} = ${text};`), ...occurrences.map((node) => replaced(source, node, name))]
    },
  }
}
