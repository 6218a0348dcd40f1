import type { SgNode } from '@ast-grep/napi'

/** `()` calls or constructs, `*` takes any element, `.name` takes a property; `...` is any number of whatever steps, the last of a way that is too long to be kept. */
export type Step = '()' | '*' | '...' | `.${string}`
/** From a value to what lies in it or comes out of it: of `() => [Date]` it is `()`, `*` to the clock. Empty: the value itself. */
export type Path = readonly Step[]

/** Deeper than most keep things that they mean to find again: of what lies deeper only the beginning of the way is known. */
const longestPath = 4

export function shortened(path: Path): Path {
  return path.length > longestPath ? [...path.slice(0, longestPath), '...'] : path
}

/** Whether the way may end here. */
export function mayEnd([first]: Path): boolean {
  return first === undefined || first === '...'
}

/** Literally given names only; null for one that only running it would tell. */
export function propertyOf(node: SgNode): string | null {
  if (node.kind() === 'member_expression') return node.field('property')?.text() ?? null
  const index = node.field('index')
  return index === null ? null : nameOf(index)
}

/** The key of a pair, a field, a method or an index; null for a computed one. */
export function nameOf(key: SgNode): string | null {
  switch (String(key.kind())) {
    case 'property_identifier':
    case 'private_property_identifier':
    case 'shorthand_property_identifier':
    case 'shorthand_property_identifier_pattern':
    case 'number':
      return key.text()
    case 'string':
      return key.text().slice(1, -1)
    default:
      return null
  }
}

export function stepTo(name: string | null): Step {
  return name === null ? '*' : `.${name}`
}

/** What is left of a path when this property is taken, null where it leads elsewhere. A built-in's prototype is as good as the built-in. */
export function taking(path: Path, name: string | null): Path | null {
  const [first, ...rest] = path
  if (first === undefined) return name === 'prototype' ? [] : null
  if (first === '...') return path
  if (first === '()') return null
  if (first === '*') return name === 'length' ? null : rest
  return name === null || first === `.${name}` ? rest : null
}

/** The same of a call, or of taking whatever lies in it. */
export function stepping(path: Path, step: '()' | '*'): Path | null {
  const [first, ...rest] = path
  if (first === '...') return path
  return first === step || (step === '*' && first !== undefined && first !== '()') ? rest : null
}
