import { choiceOf } from '../../generator-tree.ts'
import type { Generator } from '../../spec.ts'

/** What names in annotations stand for in this module: aliases and typed dictionaries. */
export type TypeNames = ReadonlyMap<string, Generator>

/** The generator for an annotation; null where nothing can be made of it (a class of the module, a forward reference to elsewhere). */
export function generatorOfAnnotation(annotation: string, names: TypeNames): Generator | null {
  const tokens = annotation.match(/[A-Za-z_][\w.]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|-?\d+|\.\.\.|[[\]|,()]/g) ?? []
  const reader = new TypeReader(tokens, names)
  const found = reader.union()
  return reader.isAtEnd ? found : null
}

/** Text as documentation writes types: `list of int`, `str, optional`, `{'a', 'b'}`, `int or None`. */
export function generatorOfDocumentation(text: string, names: TypeNames): Generator | null {
  const plain = text
    .replace(/,?\s*\b(?:optional|required)\b.*$/i, '')
    .replace(/,?\s*\bdefaults?\b.*$/i, '')
    .replaceAll(/:[a-z]+:`~?([^`]+)`/g, '$1')
    .replaceAll('`', '')
    .trim()
  const choices = /^\{([^{}]*)\}$/.exec(plain)?.[1]
  if (choices !== undefined) return generatorOfAnnotation(`Literal[${choices}]`, names)
  const alternatives = plain.split(/\s+or\s+|\s*\|\s*/)
  if (alternatives.length > 1) return oneOf(alternatives.map((each) => generatorOfDocumentation(each, names)))
  const list = /^(?:an?\s+)?(list|array|sequence|iterable|tuple|set|iterator)s?\s+(?:of|containing)\s+(.+)$/i.exec(plain)
  if (list !== null) {
    const items = generatorOfDocumentation(list[2] ?? '', names) ?? { kind: 'any' as const }
    const kind = list[1]?.toLowerCase()
    if (kind === 'iterable') return oneOf([{ kind: 'array', items }, { kind: 'iterator', items }])
    return kind === 'set' ? { kind: 'set', items } : kind === 'iterator' ? { kind: 'iterator', items } : { kind: 'array', items }
  }
  const word = documentedWords[plain.toLowerCase().replace(/s$/, '')]
  return word ?? generatorOfAnnotation(plain, names)
}

const documentedWords: Readonly<Record<string, Generator>> = {
  string: { kind: 'string' },
  text: { kind: 'string' },
  integer: { kind: 'integer' },
  number: { kind: 'number' },
  boolean: { kind: 'boolean' },
  array_like: { kind: 'array', items: { kind: 'number' } },
  'array-like': { kind: 'array', items: { kind: 'number' } },
  dictionary: { kind: 'record', keys: { kind: 'string' }, values: { kind: 'any' } },
  callable: { kind: 'function', returns: { kind: 'any' }, arity: 1 },
}

const any: Generator = { kind: 'any' }
const simpleTypes: Readonly<Record<string, Generator>> = {
  int: { kind: 'integer' },
  SupportsInt: { kind: 'integer' },
  Integral: { kind: 'integer' },
  float: { kind: 'number' },
  SupportsFloat: { kind: 'number' },
  Number: { kind: 'number' },
  Real: { kind: 'number' },
  str: { kind: 'string' },
  AnyStr: { kind: 'string' },
  LiteralString: { kind: 'string' },
  Hashable: { kind: 'oneOf', options: [{ kind: 'integer' }, { kind: 'string' }] },
  bytes: { kind: 'bytes' },
  bytearray: { kind: 'bytes' },
  memoryview: { kind: 'bytes' },
  bool: { kind: 'boolean' },
  None: { kind: 'null' },
  NoneType: { kind: 'null' },
  Any: any,
  object: any,
  datetime: { kind: 'date' },
  Pattern: { kind: 'regexp' },
}
const listTypes = ['list', 'List', 'Sequence', 'MutableSequence', 'Collection', 'Reversible', 'deque', 'Deque', 'Container']
const iteratorTypes = ['Iterator', 'Generator', 'AsyncIterator']
const setTypes = ['set', 'Set', 'frozenset', 'FrozenSet', 'AbstractSet', 'MutableSet']
const mapTypes = ['dict', 'Dict', 'Mapping', 'MutableMapping', 'DefaultDict', 'defaultdict', 'OrderedDict', 'Counter']
const transparent = ['Annotated', 'Final', 'ClassVar', 'Required', 'NotRequired', 'Awaitable', 'ReadOnly']

/** Several generators as one; the same one twice counts once. Null as soon as one is unknown. */
export function oneOf(options: readonly (Generator | null)[]): Generator | null {
  const flat = options.flatMap((option): readonly (Generator | null)[] => (option?.kind === 'oneOf' ? option.options : [option]))
  const known = flat.filter((option) => option !== null)
  return known.length === flat.length ? choiceOf([...new Map(known.map((option) => [JSON.stringify(option), option])).values()]) : null
}

class TypeReader {
  readonly #tokens: readonly string[]
  readonly #names: TypeNames
  #at = 0

  constructor(tokens: readonly string[], names: TypeNames) {
    this.#tokens = tokens
    this.#names = names
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length
  }

  union(): Generator | null {
    const options = [this.#single()]
    while (this.#take('|')) options.push(this.#single())
    return oneOf(options)
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false
    this.#at++
    return true
  }

  #single(): Generator | null {
    const token = this.#tokens[this.#at++]
    if (token === undefined) return null
    if (/^["']/.test(token)) return generatorOfAnnotation(token.slice(1, -1), this.#names)
    if (!/^[A-Za-z_]/.test(token)) return null
    const name = token.split('.').at(-1) ?? token
    if (name === 'Literal') return this.#literals()
    if (name === 'Callable') return this.#callable()
    if (transparent.includes(name)) return this.#arguments()[0] ?? null
    const args = this.#arguments()
    return this.#named(name, args)
  }

  #named(name: string, args: readonly (Generator | null)[]): Generator | null {
    const [first = any, second = any] = args.map((each) => each ?? undefined)
    if (args.includes(null) && !['tuple', 'Tuple'].includes(name)) return null
    if (name === 'Optional') return oneOf([first, { kind: 'null' }])
    if (name === 'Union') return oneOf(args)
    if (name === 'tuple' || name === 'Tuple') return args.at(-1) === null ? { kind: 'array', items: first } : { kind: 'tuple', items: args.filter((each) => each !== null) }
    if (iteratorTypes.includes(name)) return { kind: 'iterator', items: first }
    if (name === 'Iterable') return oneOf([{ kind: 'array', items: first }, { kind: 'iterator', items: first }])
    if (listTypes.includes(name)) return { kind: 'array', items: first }
    if (setTypes.includes(name)) return { kind: 'set', items: first }
    if (mapTypes.includes(name)) {
      const values: Generator = name === 'Counter' ? { kind: 'integer', min: 0 } : second
      return first.kind === 'string' ? { kind: 'record', keys: first, values } : { kind: 'map', keys: args.length === 0 ? { kind: 'string' } : first, values }
    }
    return this.#names.get(name) ?? simpleTypes[name] ?? null
  }

  /** Types between brackets; null for `...` and for what is unknown. */
  #arguments(): readonly (Generator | null)[] {
    const found: (Generator | null)[] = []
    if (!this.#take('[')) return found
    while (!this.isAtEnd && !this.#take(']')) {
      if (this.#take('...')) found.push(null)
      else if (this.#take('(')) while (!this.isAtEnd && !this.#take(')')) this.#at++
      else found.push(this.union())
      this.#take(',')
    }
    return found
  }

  #literals(): Generator | null {
    const values: Generator[] = []
    if (!this.#take('[')) return null
    while (!this.isAtEnd && !this.#take(']')) {
      const token = this.#tokens[this.#at++] ?? ''
      if (/^["']/.test(token)) values.push({ kind: 'constant', value: token.slice(1, -1) })
      else if (/^-?\d+$/.test(token)) values.push({ kind: 'constant', value: Number(token) })
      else if (token === 'True' || token === 'False') values.push({ kind: 'constant', value: token === 'True' })
      else if (token === 'None') values.push({ kind: 'null' })
      else if (token !== ',') return null
    }
    return oneOf(values)
  }

  #callable(): Generator | null {
    if (!this.#take('[')) return { kind: 'function', returns: any, arity: 1 }
    let arity = 1
    if (!this.#take('...')) arity = this.#arguments().length
    this.#take(',')
    const returns = this.union()
    return this.#take(']') && returns !== null ? { kind: 'function', returns, arity: Math.min(8, arity) } : null
  }
}
