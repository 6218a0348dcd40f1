import type { SgNode } from '@ast-grep/napi'
import { createScopes, isDeclared, isWritten, type Binding } from '../genetic-proposer/analysis/scopes.ts'
import { wordsIn } from './words.ts'

/** What the names of one file mean: asked only of what a rule has found, which is seldom anything. */
export interface Names {
  readonly root: SgNode
  /** What declares the name that stands here; null where nothing in the file does, or where that cannot be told. */
  resolve(name: SgNode): Binding | null
  /** Every place where the name stands for something. */
  mentions(name: string): readonly SgNode[]
  wordsIn(text: string): ReadonlySet<string>
  /** Stands there so often that to ask what each place means would take too long: then nothing is spared. */
  isFrequent(name: string): boolean
  isWritten(mention: SgNode): boolean
  isDeclared(mention: SgNode): boolean
  /** Declared somewhere in a way that only TypeScript has, of whose reach `resolve` knows nothing: `import name = other`, an enum, a namespace. */
  hasTypedDeclaration(name: string): boolean
}

const typedDeclarations = new Set(['import_alias', 'import_require_clause', 'enum_declaration', 'internal_module', 'module'])

function isTypedDeclaration(mention: SgNode): boolean {
  const around = mention.parent()
  return typedDeclarations.has(String((around?.kind() === 'nested_identifier' ? around.parent() : around)?.kind()))
}

const writing = new Set(['assignment_expression', 'augmented_assignment_expression', 'update_expression', 'for_in_statement', 'array_pattern', 'pair_pattern', 'object_pattern', 'assignment_pattern', 'object_assignment_pattern'])

/** Places of one name that are looked at. Threat: ten thousand functions with a parameter called `Date`, each of which is asked what all the others mean. */
const most = 100

function isOften(text: string, name: string): boolean {
  let count = 0
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) if (++count > most) return true
  return false
}

const names = ['identifier', 'shorthand_property_identifier', 'shorthand_property_identifier_pattern'].map((kind) => ({ kind }))

/** Of JavaScript and TypeScript. */
export function namesOf(text: string, root: SgNode): Names {
  const frequent = new Map<string, boolean>()
  const typed = new Map<string, boolean>()
  let scopes: ReturnType<typeof createScopes> | null = null
  let places: ReadonlyMap<string, readonly SgNode[]> | null = null
  // One search for all names: one for each is quadratic where thousands of names are asked about.
  const mentions = (name: string): readonly SgNode[] => (places ??= Map.groupBy(root.findAll({ rule: { any: names } }), (found) => found.text())).get(name) ?? []
  return {
    root,
    resolve: (name) => (scopes ??= createScopes(text, root)).resolve(name),
    mentions,
    wordsIn,
    isFrequent: (name) => {
      const known = frequent.get(name) ?? isOften(text, name)
      frequent.set(name, known)
      return known
    },
    isWritten: (mention) => writing.has(String(mention.parent()?.kind())) || isWritten(mention),
    isDeclared,
    hasTypedDeclaration: (name) => {
      const known = typed.get(name) ?? mentions(name).some(isTypedDeclaration)
      typed.set(name, known)
      return known
    },
  }
}
