import { taggedNumber, taggedObject, tags, type TaggedJson } from '../../tagged.ts'
import { parts, type SyntaxNode } from './parse-source.ts'

/** What a literal expression of Python stands for; null where the expression is no literal (its value is in `value` otherwise). */
export function pythonLiteral(node: SyntaxNode): { readonly value: TaggedJson } | null {
  switch (String(node.kind())) {
    case 'none':
      return { value: null }
    case 'true':
    case 'false':
      return { value: node.kind() === 'true' }
    case 'integer':
      return integer(node.text(), 1n)
    case 'float':
      return number(Number(node.text().replaceAll('_', '')))
    case 'unary_operator':
      return negated(node)
    case 'parenthesized_expression':
      return only(node)
    case 'string':
    case 'concatenated_string':
      return text(node)
    case 'list':
      return mapped(parts(node), (items) => items)
    case 'tuple':
      return mapped(parts(node), (v) => ({ $: 'tuple', v }))
    case 'set':
      return mapped(parts(node), (v) => ({ $: 'set', v }))
    case 'dictionary':
      return dictionary(node)
    case 'call':
      return special(node)
    default:
      return null
  }
}

type Literal = { readonly value: TaggedJson } | null

function only(node: SyntaxNode): Literal {
  const [inner] = parts(node)
  return inner === undefined ? null : pythonLiteral(inner)
}

function number(value: number): Literal {
  return Number.isNaN(value) ? null : { value: taggedNumber(value) }
}

function integer(source: string, sign: bigint): Literal {
  const plain = source.replaceAll('_', '').toLowerCase()
  if (!/^(?:\d+|0x[0-9a-f]+|0o[0-7]+|0b[01]+)$/.test(plain)) return null
  const value = BigInt(plain) * sign
  const safe = value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
  return { value: safe ? Number(value) : { $: 'bigint', v: String(value) } }
}

function negated(node: SyntaxNode): Literal {
  const [operand] = parts(node)
  if (operand === undefined || !/^[+-]/.test(node.text())) return null
  const sign = node.text().startsWith('-') ? -1 : 1
  if (operand.kind() === 'integer') return integer(operand.text(), BigInt(sign))
  if (operand.kind() === 'float') return number(sign * Number(operand.text().replaceAll('_', '')))
  const inner = operand.kind() === 'call' ? special(operand) : null
  if (inner === null) return null
  return sign === 1 ? inner : JSON.stringify(inner.value) === JSON.stringify(tags.infinity) ? { value: tags.negativeInfinity } : null
}

function mapped(nodes: readonly SyntaxNode[], build: (items: readonly TaggedJson[]) => TaggedJson): Literal {
  const items = nodes.map(pythonLiteral)
  return items.every((item) => item !== null) ? { value: build(items.map((item) => item.value)) } : null
}

function dictionary(node: SyntaxNode): Literal {
  const entries: [TaggedJson, TaggedJson][] = []
  for (const pair of parts(node)) {
    const [key, value] = [pair.field('key'), pair.field('value')]
    const [first, second] = [key === null ? null : pythonLiteral(key), value === null ? null : pythonLiteral(value)]
    if (pair.kind() !== 'pair' || first === null || second === null) return null
    entries.push([first.value, second.value])
  }
  if (entries.every((entry): entry is [string, TaggedJson] => typeof entry[0] === 'string')) return { value: taggedObject(entries) }
  return { value: { $: 'map', v: entries } }
}

/** `float("inf")`, `math.inf`-like calls and the empty containers. */
function special(node: SyntaxNode): Literal {
  const source = node.text().replaceAll(/\s/g, '').replaceAll("'", '"').toLowerCase()
  const known: Readonly<Record<string, TaggedJson>> = {
    'float("inf")': tags.infinity,
    'float("-inf")': tags.negativeInfinity,
    'float("nan")': tags.nan,
    'set()': { $: 'set', v: [] },
    'dict()': {},
    'list()': [],
    'tuple()': { $: 'tuple', v: [] },
  }
  const value = known[source]
  return value === undefined ? made(node) : { value }
}

/** `iter([1, 2])`, `range(3)`, `Decimal("1.5")` and `Fraction(1, 3)`: what the driver can make, too. */
function made(node: SyntaxNode): Literal {
  const name = node.field('function')?.text().split('.').at(-1)
  const given = parts(node.field('arguments') ?? node)
  const values = given.flatMap((argument) => pythonLiteral(argument)?.value ?? [])
  const [first] = values
  if (given.length === 0 || given.length > 3 || values.length !== given.length) return null
  if (name === 'iter' && Array.isArray(first)) return { value: { $: 'iterator', v: first } }
  const whole = values.every((value) => typeof value === 'number' && Number.isInteger(value))
  if (name === 'range' && whole) return { value: { $: 'python', v: `range:${values.join(',')}` } }
  if (name === 'Decimal' && given.length === 1 && (typeof first === 'string' || typeof first === 'number') && /^-?\d+(?:\.\d+)?(?:E[+-]?\d+)?$/i.test(String(first))) return { value: { $: 'python', v: `decimal:${first}` } }
  if (name === 'Fraction' && whole && given.length <= 2 && values[1] !== 0) return { value: { $: 'python', v: `fraction:${values.join('/')}` } }
  return null
}

function text(node: SyntaxNode): Literal {
  const pieces = node.kind() === 'string' ? [node] : parts(node)
  let joined = ''
  let isBytes = false
  for (const piece of pieces) {
    const [start, end] = [piece.children()[0], piece.children().at(-1)]
    if (piece.kind() !== 'string' || start === undefined || end === undefined) return null
    const prefix = /^[a-zA-Z]*/.exec(start.text())?.[0].toLowerCase() ?? ''
    if (prefix.includes('f')) return null
    isBytes ||= prefix.includes('b')
    const raw = piece.text().slice(start.text().length, piece.text().length - end.text().length)
    const plain = prefix.includes('r') ? raw : unescaped(raw, isBytes)
    if (plain === null) return null
    joined += plain
  }
  if (!isBytes) return { value: joined }
  return { value: { $: 'bytes', type: 'Uint8Array', v: [...joined].map((character) => character.charCodeAt(0) & 0xff) } }
}

const shortEscapes: Readonly<Record<string, string>> = {
  '\n': '', '\\': '\\', "'": "'", '"': '"', a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v',
}

/** Escapes of Python; a named character (`\N{...}`) is not looked up, so such a text counts as no literal. */
function unescaped(raw: string, isBytes: boolean): string | null {
  let named = false
  const plain = raw.replaceAll(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([^]))/g, (all, ...groups: (string | undefined)[]) => {
    const [x, u, long, octal, short = ''] = groups
    const hex = x ?? (isBytes ? undefined : (u ?? long))
    if (hex !== undefined) return Number.parseInt(hex, 16) <= 0x10ffff ? String.fromCodePoint(Number.parseInt(hex, 16)) : all
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8))
    if (short === 'N') named = true
    return shortEscapes[short] ?? all
  })
  return named ? null : plain
}
