import { choiceOf } from '../../generator-tree.ts'
import type { Generator } from '../../spec.ts'
import type { TaggedJson } from '../../tagged.ts'
import { descendants, parts, type SyntaxNode } from './parse-source.ts'

/** What a body tells about a parameter beyond its type. */
export interface Hints {
  /** Literals that the body compares the parameter with. */
  readonly constants: readonly TaggedJson[]
  /** Numbers that the body names. */
  readonly numbers: readonly number[]
  /** Whether the body goes over the parameter and does nothing else that needs a list. */
  readonly isIterated: boolean
  /** Whether the parameter has a default: of options only the numbers near those that the body knows matter. */
  readonly isOption: boolean
}

/** A generator with the values that matter to this body: its literals, numbers of every magnitude, other scripts, one-shot iterators. */
export function enriched(generator: Generator, hints: Hints): Generator {
  const wide = widened(generator, hints)
  const iterated = hints.isIterated ? withIterators(wide) : wide
  const constants = choiceOf(hints.constants.map((value) => ({ kind: 'constant', value })))
  // Nested, so that the constants together are as frequent as everything else.
  return constants === null ? iterated : { kind: 'oneOf', options: [constants, iterated] }
}

function widened(generator: Generator, hints: Hints): Generator {
  const known = (numbers: readonly number[]): { readonly known?: readonly number[] } => (numbers.length === 0 ? {} : { known: numbers })
  switch (generator.kind) {
    case 'integer':
      return generator.min === undefined && generator.max === undefined ? { ...generator, ...known(hints.numbers.filter(Number.isInteger)), ...magnitudes(hints) } : generator
    case 'number': {
      if (generator.min !== undefined || generator.max !== undefined) return generator
      const whole = widened({ kind: 'integer' }, hints)
      // Who asks for a float takes an int as well.
      return { kind: 'oneOf', options: [{ ...generator, ...known(hints.numbers), ...magnitudes(hints) }, whole] }
    }
    case 'string':
      return generator.alphabet === undefined ? { ...generator, alphabet: 'scripts' } : generator
    case 'oneOf':
      return { ...generator, options: unique(generator.options.map((option) => widened(option, hints)).flatMap((option) => (option.kind === 'oneOf' ? option.options : [option]))) }
    case 'array':
    case 'iterator':
    case 'set':
      return { ...generator, items: inside(generator.items) }
    case 'record':
    case 'map':
      return { ...generator, keys: inside(generator.keys), values: inside(generator.values) }
    default:
      return generator
  }
}

const magnitudes = ({ isOption }: Hints): { readonly magnitudes?: boolean } => (isOption ? {} : { magnitudes: true })
const unique = (options: readonly Generator[]): readonly Generator[] => [...new Map(options.map((each) => [JSON.stringify(each), each])).values()]

/** Inside containers texts of every script are as usual as outside; numbers of every magnitude are not. */
function inside(generator: Generator): Generator {
  if (generator.kind === 'string') return generator.alphabet === undefined ? { ...generator, alphabet: 'scripts' } : generator
  return generator.kind === 'oneOf' ? { ...generator, options: generator.options.map(inside) } : generator
}

function withIterators(generator: Generator): Generator {
  const options = generator.kind === 'oneOf' ? generator.options : [generator]
  if (options.some(({ kind }) => kind === 'iterator')) return generator
  const items = choiceOf(unique(options.flatMap(itemsOf)))
  if (items === null) return generator
  const iterator: Generator = { kind: 'iterator', items }
  // Tuples of a test have its lengths; what goes over them takes any.
  const isFixed = !options.some(({ kind }) => kind === 'array') && options.some(({ kind }) => kind === 'tuple')
  const lists: Generator = isFixed ? { kind: 'oneOf', options: [generator, { kind: 'array', items }] } : generator
  // Nested: among many shapes that tests show, iterators stay frequent.
  return { kind: 'oneOf', options: [lists, iterator] }
}

/** What comes out when a value of a generator is gone over; nothing where that cannot be said. */
function itemsOf(generator: Generator): readonly Generator[] {
  switch (generator.kind) {
    case 'array':
    case 'set':
      return [generator.items]
    case 'tuple':
      return generator.items
    case 'any':
      return [{ kind: 'any' }]
    default:
      return []
  }
}

const takers = new Set(
  `iter map filter zip set frozenset sorted list tuple sum min max any all enumerate dict next reduce join extend update fromkeys islice chain from_iterable cycle tee groupby accumulate takewhile dropwhile
  filterfalse starmap zip_longest product permutations combinations combinations_with_replacement compress pairwise batched deque Counter OrderedDict fsum prod mean`.split(/\s+/),
)
const listMethods = new Set('append extend sort reverse insert pop index count copy remove clear lower upper split strip items keys values get replace'.split(' '))

/** Whether a parameter is gone over and nothing tells that it must be a list: no length, no subscript, no method of lists. */
export function isIterated(body: SyntaxNode, name: string): boolean {
  const isName = (node: SyntaxNode | null | undefined): boolean => node?.kind() === 'identifier' && node.text() === name
  let found = false
  for (const node of descendants(body, ['call', 'for_statement', 'for_in_clause', 'subscript', 'attribute', 'list_splat', 'yield', 'assignment', 'comparison_operator'])) {
    const kind = String(node.kind())
    if (kind === 'assignment') {
      // From here on the name stands for something of the body's own making.
      if (found && isName(node.field('left'))) return true
    } else if (kind === 'subscript') {
      if (isName(node.field('value'))) return false
    } else if (kind === 'attribute') {
      if (isName(node.field('object')) && listMethods.has(node.field('attribute')?.text() ?? '')) return false
    } else if (kind === 'call') {
      const called = node.field('function')?.text().split('.').at(-1) ?? ''
      if (!parts(node.field('arguments') ?? node).some(isName)) continue
      if (called === 'len' || called === 'reversed') return false
      found ||= takers.has(called)
    } else if (kind === 'for_statement' || kind === 'for_in_clause') found ||= isName(node.field('right'))
    else if (kind === 'list_splat') found ||= isName(parts(node)[0])
    else if (kind === 'yield') found ||= /^yield\s+from\b/.test(node.text()) && isName(parts(node).at(-1))
    else found ||= node.children().some((child) => ['in', 'not in'].includes(String(child.kind()))) && isName(parts(node).at(-1))
  }
  return found
}
