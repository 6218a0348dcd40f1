import { piecesOf, samplesOf } from '../../../inferring/generator-of-values.ts'
import type { Generator } from '../../../spec.ts'
import { contentOf, entriesOf, hasTag, type TaggedJson } from '../../../tagged.ts'
import { literalOf } from './literal-of.ts'
import { kindOf, type SyntaxNode } from './parse-module.ts'

/** Texts and numbers that the source of a function knows. */
export interface Literals {
  readonly pieces: readonly string[]
  readonly numbers: readonly number[]
}

const mostPieces = 80
const mostNumbers = 24
const mostSizes = 12
/** Numbers that stand in every source. */
const commonest = new Set([0, 1, 2, -1])
/** The longest input that a number of the source may ask for. */
const longest = 2200

/** Every number of a syntax tree but those that stand everywhere, in the order of the text. */
export function numberLiterals(node: SyntaxNode): readonly number[] {
  const values = node.findAll({ rule: { kind: 'number' } }).flatMap((literal) => {
    const value = literalOf(literal)?.value
    return typeof value === 'number' && !commonest.has(value) ? [value] : []
  })
  return [...new Set(values)].slice(0, mostNumbers)
}

/** Lengths around the numbers of a source: where a count meets a limit or work is cut into parts. */
export function sizesAround(numbers: readonly number[]): readonly number[] {
  const limits = numbers.filter((value) => Number.isInteger(value) && value >= 3 && value <= longest)
  return [...new Set(limits.slice(0, mostSizes / 3).flatMap((value) => [value - 1, value, value + 1, 2 * value]))].filter((value) => value <= longest)
}

/** Texts and numbers that tests and source know go into every generator, however deep it lies. */
export function addLiterals(generator: Generator, literals: Literals, seen: readonly TaggedJson[]): Generator {
  const inside = (of: Generator, values: readonly TaggedJson[]): Generator => addLiterals(of, literals, values)
  switch (generator.kind) {
    case 'string':
      return withTexts(generator, literals, seen)
    case 'integer':
    case 'number':
      return withNumbers(generator, literals, seen)
    case 'any':
      return withAnything(literals, seen)
    case 'oneOf':
      return { ...generator, options: generator.options.map((option) => inside(option, seen)) }
    case 'array':
      return { ...generator, items: inside(generator.items, seen.flatMap(itemsOf)) }
    case 'set':
      return { ...generator, items: inside(generator.items, seen.filter((value) => hasTag(value, 'set')).flatMap(contentOf)) }
    case 'tuple':
      return { ...generator, items: generator.items.map((item, index) => inside(item, seen.flatMap((value) => itemsOf(value).slice(index, index + 1)))) }
    case 'object': {
      const entries = seen.flatMap((value) => entriesOf(value) ?? [])
      return { ...generator, properties: Object.fromEntries(Object.entries(generator.properties).map(([name, of]) => [name, inside(of, entries.flatMap(([key, item]) => (key === name ? [item] : [])))])) }
    }
    case 'record': {
      const entries = seen.flatMap((value) => entriesOf(value) ?? [])
      return { ...generator, keys: inside(generator.keys, entries.map(([key]) => key)), values: inside(generator.values, entries.map(([, item]) => item)) }
    }
    case 'map': {
      const pairs = seen.filter((value) => hasTag(value, 'map')).flatMap(contentOf) as readonly (readonly TaggedJson[])[]
      return { ...generator, keys: inside(generator.keys, pairs.map((pair) => pair[0] ?? null)), values: inside(generator.values, pairs.map((pair) => pair[1] ?? null)) }
    }
    case 'function':
      return { ...generator, returns: inside(generator.returns, []) }
    default:
      return generator
  }
}

/** A custom alphabet is a promise about the domain: it stays as it is. */
function withTexts(generator: Extract<Generator, { kind: 'string' }>, { pieces }: Literals, seen: readonly TaggedJson[]): Generator {
  const texts = seen.filter((value) => typeof value === 'string')
  const all = [...new Set([...piecesOf(texts), ...(generator.pieces ?? []), ...pieces])].slice(0, mostPieces)
  const samples = samplesOf([...texts, ...(generator.samples ?? [])])
  return { ...generator, ...(all.length === 0 ? {} : { pieces: all }), ...(samples.length === 0 ? {} : { samples }) }
}

function withNumbers(generator: Extract<Generator, { kind: 'integer' | 'number' }>, { numbers }: Literals, seen: readonly TaggedJson[]): Generator {
  const all = [...seen.filter((value) => typeof value === 'number'), ...numbers].filter((value) => generator.kind === 'number' || Number.isInteger(value))
  const known = [...new Set(all)].filter((value) => !commonest.has(value)).slice(0, mostNumbers)
  return known.length === 0 ? generator : { ...generator, known }
}

function withAnything({ pieces, numbers }: Literals, seen: readonly TaggedJson[]): Generator {
  const texts = [...new Set([...seen.flatMap(textsIn), ...pieces])].slice(0, mostPieces)
  return { kind: 'any', ...(texts.length === 0 ? {} : { pieces: texts }), ...(numbers.length === 0 ? {} : { known: numbers }) }
}

const itemsOf = (value: TaggedJson): readonly TaggedJson[] => (Array.isArray(value) ? (value as readonly TaggedJson[]) : [])

function textsIn(value: TaggedJson): readonly string[] {
  if (typeof value === 'string') return value !== '' && value.length <= 200 ? [value] : []
  return Array.isArray(value) ? itemsOf(value).flatMap(textsIn) : (entriesOf(value) ?? []).flatMap(([key, item]) => [key, ...textsIn(item)])
}

/** Names of modules, directives and messages of errors: texts that say nothing of the data. */
export const isAside = (literal: SyntaxNode): boolean => {
  const parent = literal.parent()
  const maker = parent?.parent()
  if (maker !== null && maker !== undefined && (maker.field('constructor') ?? maker.field('function'))?.text().endsWith('Error') === true) return true
  for (let at = parent; at !== null && at !== undefined; at = at.parent()) {
    if (kindOf(at) === 'throw_statement') return true
    if (kindOf(at).endsWith('_statement') || kindOf(at) === 'statement_block') break
  }
  // A directive such as 'use strict' is a statement by itself.
  return parent !== null && (kindOf(parent) === 'expression_statement' || kindOf(parent) === 'import_statement' || kindOf(parent) === 'export_statement' || parent.parent()?.field('function')?.text() === 'require')
}
