import { taggedNumber, taggedObject, tags, type TaggedJson } from '../../../tagged.ts'
import { kindOf, parts, type SyntaxNode } from './parse-module.ts'

export interface Literal {
  readonly value: TaggedJson
}

/** What a literal expression stands for; `null` where it is no literal. Names are looked up in `known` (constants of a test file). */
export function literalOf(node: SyntaxNode, known: ReadonlyMap<string, SyntaxNode> = new Map(), depth = 0): Literal | null {
  if (depth > 20) return null
  const inside = (inner: SyntaxNode | undefined | null): Literal | null => (inner === undefined || inner === null ? null : literalOf(inner, known, depth + 1))
  switch (kindOf(node)) {
    case 'number':
      return numberOf(node.text())
    case 'string':
      return stringOf(node)
    case 'template_string':
      return parts(node).some((part) => kindOf(part) === 'template_substitution') ? null : templateOf(node)
    case 'true':
    case 'false':
      return { value: kindOf(node) === 'true' }
    case 'null':
      return { value: null }
    case 'undefined':
      return { value: tags.undefined }
    case 'identifier':
    case 'shorthand_property_identifier':
      return node.text() === 'undefined' ? { value: tags.undefined } : nameOf(node.text(), inside, known)
    case 'unary_expression':
      return signed(node, inside)
    case 'array':
      return arrayOf(node, inside)
    case 'object':
      return objectOf(node, inside)
    case 'regex':
      return { value: { $: 'regexp', v: node.field('pattern')?.text() ?? '', flags: node.field('flags')?.text() ?? '' } }
    case 'new_expression':
      return created(node, inside)
    case 'parenthesized_expression':
    case 'as_expression':
    case 'satisfies_expression':
    case 'non_null_expression':
      return inside(parts(node)[0])
    default:
      return null
  }
}

type Inside = (inner: SyntaxNode | undefined | null) => Literal | null

function nameOf(name: string, inside: Inside, known: ReadonlyMap<string, SyntaxNode>): Literal | null {
  if (name === 'NaN') return { value: tags.nan }
  return name === 'Infinity' ? { value: tags.infinity } : inside(known.get(name))
}

function numberOf(text: string): Literal | null {
  const plain = text.replaceAll('_', '')
  if (plain.endsWith('n')) return { value: { $: 'bigint', v: String(BigInt(plain.slice(0, -1))) } }
  const value = Number(plain)
  return Number.isNaN(value) ? null : { value: taggedNumber(value) }
}

function signed(node: SyntaxNode, inside: Inside): Literal | null {
  const operator = node.field('operator')?.text()
  const operand = inside(node.field('argument'))
  if (operand === null) return null
  if (operator === 'void') return { value: tags.undefined }
  if (operator === '+') return typeof operand.value === 'number' ? operand : null
  if (operator !== '-') return null
  if (typeof operand.value === 'number') return { value: taggedNumber(-operand.value) }
  return JSON.stringify(operand.value) === JSON.stringify(tags.infinity) ? { value: tags.negativeInfinity } : null
}

function stringOf(node: SyntaxNode): Literal | null {
  const text = node.text()
  return { value: unescaped(text.slice(1, -1)) }
}

const templateOf = (node: SyntaxNode): Literal => ({ value: unescaped(node.text().slice(1, -1).replaceAll('\r\n', '\n')) })

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', 0: '\0', '\n': '' }

function unescaped(text: string): string {
  return text.replaceAll(/\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([^]))/g, (...found: unknown[]) => {
    const [, long, short, byte, other] = found as (string | undefined)[]
    const code = long ?? short ?? byte
    if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16))
    return escapes[other ?? ''] ?? other ?? ''
  })
}

function arrayOf(node: SyntaxNode, inside: Inside): Literal | null {
  const items: TaggedJson[] = []
  // A comma without an element before it is a hole.
  let isOpen = true
  for (const child of node.children().slice(1, -1)) {
    const kind = kindOf(child)
    if (kind === 'comment') continue
    if (kind === ',') {
      if (isOpen) items.push(tags.hole)
      isOpen = true
      continue
    }
    const item = inside(child)
    if (item === null) return null
    items.push(item.value)
    isOpen = false
  }
  return { value: items }
}

function objectOf(node: SyntaxNode, inside: Inside): Literal | null {
  const entries: [string, TaggedJson][] = []
  for (const part of parts(node)) {
    const kind = kindOf(part)
    if (kind === 'shorthand_property_identifier') {
      const value = inside(part)
      if (value === null) return null
      entries.push([part.text(), value.value])
      continue
    }
    if (kind !== 'pair') return null
    const key = part.field('key')
    const value = inside(part.field('value'))
    if (key === null || value === null) return null
    const name = ['string', 'number'].includes(kindOf(key)) ? String(literalOf(key)?.value) : kindOf(key) === 'property_identifier' ? key.text() : null
    if (name === null) return null
    entries.push([name, value.value])
  }
  return { value: taggedObject([...new Map(entries)]) }
}

/** `new Set([...])`, `new Map([...])`, `new Date(...)`, typed arrays. */
function created(node: SyntaxNode, inside: Inside): Literal | null {
  const name = node.field('constructor')?.text() ?? ''
  const list = node.field('arguments')
  const first = list === null ? undefined : parts(list)[0]
  const value = first === undefined ? { value: [] } : inside(first)
  if (value === null) return null
  if (name === 'Date') {
    const time = typeof value.value === 'number' || typeof value.value === 'string' ? new Date(value.value).getTime() : NaN
    // Without argument it is the time of the run, which no example can hold.
    return first === undefined ? null : { value: { $: 'date', v: Number.isNaN(time) ? null : time } }
  }
  if (!Array.isArray(value.value)) return null
  if (name === 'Set') return { value: { $: 'set', v: value.value } }
  if (name === 'Map') return { value: { $: 'map', v: value.value } }
  return /^(?:Uint8Clamped|(?:Int|Uint)(?:8|16|32)|Float(?:32|64))Array$/.test(name) ? { value: { $: 'bytes', type: name, v: value.value } } : null
}
