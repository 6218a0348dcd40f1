import { isAlias, isMap, isScalar, isSeq } from 'yaml'
import type { Document, Node } from 'yaml'
import type { FieldPath } from './config-source.ts'

/** Far more than any configuration needs; aliases that refer to aliases reach it quickly. */
const maximumNodes = 5_000
const maximumDepth = 32

export interface YamlProblem {
  readonly offset: number
  readonly path: FieldPath
  readonly message: string
  readonly fix: string
}

/**
 * Turns a parsed YAML document into plain data, alias by alias, and stops where the text means something that JSON cannot
 * say: recursive or exploding aliases ("billion laughs"), keys that are no text, `__proto__`, tags.
 */
export function plainYaml(document: Document): { readonly value: unknown; readonly problems: readonly YamlProblem[] } {
  const conversion = new Conversion(document)
  const value = conversion.plain(document.contents, [])
  return { value, problems: conversion.problems }
}

class Conversion {
  readonly problems: YamlProblem[] = []
  readonly #document: Document
  #nodes = 0
  #depth = 0

  constructor(document: Document) {
    this.#document = document
  }

  plain(node: unknown, path: FieldPath): unknown {
    if (this.problems.length > 0) return null
    if (++this.#nodes > maximumNodes || this.#depth > maximumDepth) {
      return this.#problem(node, path, 'the aliases or the nesting never seem to end', 'write the values out instead of repeating them with & and *')
    }
    this.#depth++
    const value = this.#convert(node, path)
    this.#depth--
    return value
  }

  #convert(node: unknown, path: FieldPath): unknown {
    if (isAlias(node)) {
      const target = node.resolve(this.#document)
      return target === undefined
        ? this.#problem(node, path, `nothing is called &${node.source}`, `write &${node.source} at the value meant, before this place, or write the value out`)
        : this.plain(target, path)
    }
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.tag !== undefined && node.tag.startsWith('!')) {
      return this.#problem(node, path, `the tag ${node.tag} is not known`, 'remove the tag')
    }
    if (isScalar(node)) return this.#scalar(node.value, node, path)
    if (isSeq(node)) return node.items.map((item, index) => this.plain(item, [...path, index]))
    if (isMap(node)) return this.#map(node, path)
    return null
  }

  #scalar(value: unknown, node: unknown, path: FieldPath): unknown {
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
    return this.#problem(node, path, 'this kind of value has no meaning here', 'remove the tag and write plain text or a number')
  }

  #map(node: { readonly items: readonly { readonly key: unknown; readonly value: unknown }[] }, path: FieldPath): unknown {
    const result: Record<string, unknown> = {}
    for (const { key, value } of node.items) {
      if (!isScalar(key) || typeof key.value !== 'string') {
        return this.#problem(key, path, 'the name of a field must be text', 'write a name, in quotes if it looks like a number')
      }
      // As a key of a plain object it would change the object's prototype instead of being seen by the schema.
      if (key.value === '__proto__') return this.#problem(key, [...path, '__proto__'], 'unknown field', 'remove it')
      result[key.value] = this.plain(value, [...path, key.value])
    }
    return result
  }

  #problem(node: unknown, path: FieldPath, message: string, fix: string): null {
    this.problems.push({ offset: (node as Node | null | undefined)?.range?.[0] ?? 0, path: path.slice(0, 6), message, fix })
    return null
  }
}
