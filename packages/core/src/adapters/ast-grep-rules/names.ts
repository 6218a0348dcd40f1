import type { SgNode } from '@ast-grep/napi'
import { createScopes, type Binding } from '../genetic-proposer/analysis/scopes.ts'
import { wordsIn } from './words.ts'

/** What the names of one file mean: asked only of what a rule has found, which is seldom anything. */
export interface Names {
  readonly root: SgNode
  /** What declares the name that stands here; null where nothing in the file does, or where that cannot be told. */
  resolve(name: SgNode): Binding | null
  /** Every place where the name stands for something. */
  mentions(name: string): readonly SgNode[]
  wordsIn(text: string): ReadonlySet<string>
  isWritten(mention: SgNode): boolean
}

const writing = new Set(['assignment_expression', 'augmented_assignment_expression', 'update_expression', 'for_in_statement', 'array_pattern', 'pair_pattern', 'object_pattern', 'assignment_pattern', 'object_assignment_pattern'])

/** Of JavaScript and TypeScript. */
export function namesOf(text: string, root: SgNode): Names {
  let scopes: ReturnType<typeof createScopes> | null = null
  return {
    root,
    resolve: (name) => (scopes ??= createScopes(text, root)).resolve(name),
    mentions: (name) => root.findAll({ rule: { any: [{ kind: 'identifier' }, { kind: 'shorthand_property_identifier' }], regex: `^${name.replaceAll('$', '\\$')}$` } }),
    wordsIn,
    isWritten: (mention) => writing.has(String(mention.parent()?.kind())),
  }
}
