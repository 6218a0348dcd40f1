import { taggedNumber, tags, type TaggedJson } from '../../tagged.ts'
import { descendants, parseSource, parts, type SyntaxNode } from '../python/parse-source.ts'

type Literal = { readonly value: TaggedJson } | null
type Constants = ReadonlyMap<string, TaggedJson>

/** Argument lists of calls of a function whose arguments are literals, or names that the file gives one literal and nothing else. */
export function cppCallsOf(source: string, name: string): readonly (readonly TaggedJson[])[] {
  const root = parseSource('cpp', source)
  const known = constantsOf(root)
  return descendants(root, ['call_expression']).flatMap((call) => {
    const called = call.field('function')?.text().replace(/<.*>$/s, '').split(/::|\.|->/).at(-1)
    if (called !== name) return []
    const values = parts(call.field('arguments') ?? call).map((argument) => literalOf(argument, known))
    return values.every((value) => value !== null) ? [values.map((value) => value.value)] : []
  })
}

function constantsOf(root: SyntaxNode): Constants {
  const known = new Map<string, TaggedJson>()
  const spoiled = new Set<string>()
  for (const node of descendants(root, ['init_declarator', 'assignment_expression', 'update_expression'])) {
    const target = node.field('declarator') ?? node.field('left') ?? node.field('argument')
    const value = node.kind() === 'init_declarator' ? node.field('value') : null
    const literal = value === null ? null : literalOf(value, new Map())
    const name = target?.text().replace(/^[&*\s]+|\[.*$/gs, '') ?? ''
    if (literal === null || known.has(name)) spoiled.add(name)
    else known.set(name, literal.value)
  }
  for (const name of spoiled) known.delete(name)
  return known
}

/** What a literal expression of C++ stands for. Lists in braces are lists whatever they initialise. */
export function literalOf(node: SyntaxNode, known: Constants): Literal {
  switch (String(node.kind())) {
    case 'number_literal':
      return number(node.text(), 1)
    case 'unary_expression': {
      const operand = node.field('argument')
      return operand?.kind() === 'number_literal' && /^[+-]/.test(node.text()) ? number(operand.text(), node.text().startsWith('-') ? -1 : 1) : null
    }
    case 'true':
    case 'false':
      return { value: node.kind() === 'true' }
    case 'null':
      return { value: null }
    case 'char_literal':
      return character(node.text())
    case 'string_literal':
    case 'concatenated_string':
    case 'raw_string_literal':
      return text(node)
    case 'parenthesized_expression':
      return one(node, known)
    case 'initializer_list':
    case 'argument_list':
      return list(node, known)
    case 'compound_literal_expression':
      return list(node.field('value') ?? node, known)
    case 'call_expression':
      return constructed(node, known)
    case 'identifier':
      return ofName(node.text(), known)
    default:
      return null
  }
}

function one(node: SyntaxNode, known: Constants): Literal {
  const [inner] = parts(node)
  return inner === undefined ? null : literalOf(inner, known)
}

function list(node: SyntaxNode, known: Constants): Literal {
  const items = parts(node).map((item) => literalOf(item, known))
  return items.every((item) => item !== null) ? { value: items.map((item) => item.value) } : null
}

/** `std::string("x")`, `std::vector<int>({1, 2})`, `std::nullopt`-like calls stay what they hold. */
function constructed(node: SyntaxNode, known: Constants): Literal {
  const name = node.field('function')?.text() ?? ''
  if (!/^(?:std::)?(?:string|string_view|vector|set|map|pair|tuple|make_pair|make_tuple|optional)\b/.test(name)) return null
  const values = parts(node.field('arguments') ?? node)
  const [first] = values
  if (/pair|tuple/.test(name)) return list(node.field('arguments') ?? node, known)
  return values.length === 1 && first !== undefined ? literalOf(first, known) : null
}

function ofName(name: string, known: Constants): Literal {
  const value = name === 'NAN' ? tags.nan : name === 'INFINITY' || name === 'HUGE_VAL' ? tags.infinity : known.get(name)
  return value === undefined ? null : { value }
}

function number(source: string, sign: 1 | -1): Literal {
  const plain = source.replaceAll("'", '').toLowerCase()
  if (/^(?:0x[0-9a-f]+|0b[01]+|\d+)(?:u|l|ul|lu|ll|ull|llu|z|uz|zu)?$/.test(plain)) {
    const digits = plain.replace(/[ulz]+$/, '')
    const value = BigInt(/^0\d+$/.test(digits) ? `0o${digits.slice(1)}` : digits) * BigInt(sign)
    const safe = value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    return { value: safe ? Number(value) : { $: 'bigint', v: String(value) } }
  }
  const value = Number(plain.replace(/[fl]$/, '')) * sign
  return Number.isNaN(value) ? null : { value: taggedNumber(value) }
}

function character(source: string): Literal {
  const plain = unescaped(source.slice(1, -1))
  return plain !== null && plain.length === 1 ? { value: plain.charCodeAt(0) } : null
}

function text(node: SyntaxNode): Literal {
  let joined = ''
  for (const piece of node.kind() === 'concatenated_string' ? parts(node) : [node]) {
    const raw = /^R"([^(]*)\((.*)\)\1"$/s.exec(piece.text())?.[2]
    const quoted = /^"(.*)"$/s.exec(piece.text())?.[1]
    const plain = raw ?? (quoted === undefined ? null : unescaped(quoted))
    if (plain === null) return null
    joined += plain
  }
  return { value: joined }
}

const shortEscapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', f: '\f', v: '\v', '\\': '\\', "'": "'", '"': '"', '?': '?' }

/** Escapes of C++; bytes above 127 are no text of their own, so such a literal is left out. */
function unescaped(raw: string): string | null {
  let isText = true
  const plain = raw.replaceAll(/\\(?:x([0-9a-fA-F]+)|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([^]))/g, (all, ...groups: (string | undefined)[]) => {
    const [x, u, long, octal, short = ''] = groups
    const code = octal === undefined ? Number.parseInt(x ?? u ?? long ?? '', 16) : Number.parseInt(octal, 8)
    if (Number.isNaN(code)) return shortEscapes[short] ?? all
    if (((x ?? octal) !== undefined && code > 127) || code > 0x10ffff) isText = false
    return isText ? String.fromCodePoint(code) : all
  })
  return isText ? plain : null
}
