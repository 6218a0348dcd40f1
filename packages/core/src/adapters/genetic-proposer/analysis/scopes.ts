import type { SgNode } from '@ast-grep/napi'
import { isFunction, isNode, upwards } from './nodes.ts'

export type BindingKind = 'parameter' | 'rest' | 'const' | 'let' | 'var' | 'function' | 'class' | 'import' | 'catch'

/** One declared name and everything the file does with it. */
export interface Binding {
  readonly name: string
  readonly kind: BindingKind
  /** The block, function or program in which the name is visible. */
  readonly home: SgNode
  /** The identifier where it is declared. */
  readonly declaration: SgNode
  /** What it is initialised with, when the declaration is `name = value` and no pattern. */
  readonly value: SgNode | null
  /** Every mention other than the declaration, in order. */
  readonly uses: readonly SgNode[]
  /** Those of `uses` that assign to the name. */
  readonly writes: readonly SgNode[]
}

/** Which names of a file mean which declaration. Anything ambiguous, or within reach of `eval` or `with`, resolves to null. */
export interface Scopes {
  resolve(use: SgNode): Binding | null
  /** Nothing in the file declares or assigns this name: it is the platform's own. */
  isPlatformName(name: string): boolean
}

interface Declaration {
  readonly node: SgNode
  readonly kind: BindingKind
  readonly home: SgNode
  readonly value: SgNode | null
}

/** A home by what it spans, and what is declared in it. Asking a node for its parent walks down from the root; comparing offsets costs nothing. */
interface Home {
  readonly node: SgNode
  readonly start: number
  readonly end: number
  readonly declarations: readonly Declaration[]
}

interface Mentions {
  readonly all: readonly SgNode[]
  readonly declarations: readonly Declaration[]
  readonly homes: readonly Home[]
  /** The declarations by the id of their node. */
  readonly byNode: ReadonlyMap<number, Declaration>
  /** The mentions by the id of what declares them, worked out at the first need. */
  usesOf: ReadonlyMap<number, readonly SgNode[]> | null
}

const nameKinds = ['identifier', 'shorthand_property_identifier', 'shorthand_property_identifier_pattern']
const blockHomes = new Set(['statement_block', 'program', 'switch_body', 'for_statement', 'for_in_statement', 'class_static_block', 'class_body'])

/** Name resolution for one file, worked out when it is first asked for. */
export function createScopes(text: string, root: SgNode): Scopes {
  if (/\beval\s*\(|\bwith\s*\(/.test(text)) return { resolve: () => null, isPlatformName: () => false }
  let mentions: ReadonlyMap<string, SgNode[]> | undefined
  const classified = new Map<string, Mentions>()
  const bindings = new Map<number, Binding | null>()
  const mentionsOf = (name: string): Mentions => {
    const known = classified.get(name)
    if (known !== undefined) return known
    mentions ??= groupByText(root.findAll({ rule: { any: nameKinds.map((kind) => ({ kind })) } }))
    const all = mentions.get(name) ?? []
    const declarations = all.flatMap((node) => declarationOf(node) ?? [])
    const byNode = new Map(declarations.map((declaration) => [declaration.node.id(), declaration]))
    const made = { all, declarations, byNode, homes: homesOf(declarations), usesOf: null }
    classified.set(name, made)
    return made
  }
  const resolve = (use: SgNode): Binding | null => {
    const name = use.text()
    const mentioned = mentionsOf(name)
    const found = nearest(use, mentioned)
    if (found === null) return null
    const known = bindings.get(found.node.id())
    if (known !== undefined) return known
    mentioned.usesOf ??= Map.groupBy(mentioned.all, (node) => nearest(node, mentioned)?.node.id() ?? -1)
    const uses = (mentioned.usesOf.get(found.node.id()) ?? []).filter((node) => node.id() !== found.node.id())
    const binding = { name, kind: found.kind, home: found.home, declaration: found.node, value: found.value, uses, writes: uses.filter(isWritten) }
    bindings.set(found.node.id(), binding)
    return binding
  }
  const isPlatformName = (name: string): boolean => {
    const { all, declarations } = mentionsOf(name)
    // The name of a class in TypeScript is no identifier to the parser.
    return declarations.length === 0 && !all.some(isWritten) && !new RegExp(`\\b(?:class|enum|namespace|module)\\s+${name.replaceAll('$', '\\$')}\\b`).test(text)
  }
  return { resolve, isPlatformName }
}

function groupByText(nodes: readonly SgNode[]): ReadonlyMap<string, SgNode[]> {
  const groups = new Map<string, SgNode[]>()
  for (const node of nodes) {
    const name = node.text()
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [node])
    else group.push(node)
  }
  return groups
}

function homesOf(declarations: readonly Declaration[]): readonly Home[] {
  return [...Map.groupBy(declarations, ({ home }) => home.id()).values()].map((here) => {
    const node = (here[0] as Declaration).home
    const { start, end } = node.range()
    return { node, start: start.index, end: end.index, declarations: here }
  })
}

/** The one declaration in the nearest home around the use; null when there is none or more than one there. */
function nearest(use: SgNode, { declarations, homes, byNode }: Mentions): Declaration | null {
  if (declarations.length === 0) return null
  const own = byNode.get(use.id())
  const home = own === undefined ? innermost(homes, use) : homes.find(({ node }) => node.id() === own.home.id())
  return home?.declarations.length === 1 ? (home.declarations[0] as Declaration) : null
}

/** Homes are nested: the shortest around an offset is the innermost. None where two are as long, which no valid program has. */
function innermost(homes: readonly Home[], use: SgNode): Home | undefined {
  const at = use.range().start.index
  const [first, second] = homes.filter(({ start, end }) => start <= at && at < end).sort((a, b) => a.end - a.start - (b.end - b.start))
  return first !== undefined && second !== undefined && first.end - first.start === second.end - second.start ? undefined : first
}

/** What a name may stand directly in where it is declared or written. Nearly all mentions stand elsewhere, and this is the cheapest way to see it. */
const binding = new Set([
  'array_pattern', 'arrow_function', 'assignment_expression', 'assignment_pattern', 'augmented_assignment_expression', 'catch_clause', 'class', 'class_declaration', 'for_in_statement', 'formal_parameters', 'function_declaration',
  'function_expression', 'generator_function', 'generator_function_declaration', 'import_clause', 'import_specifier', 'namespace_import', 'object_assignment_pattern', 'object_pattern', 'optional_parameter', 'pair_pattern',
  'required_parameter', 'rest_pattern', 'unary_expression', 'update_expression', 'variable_declarator',
])

/** What this mention declares, or null when it only uses the name. */
function declarationOf(node: SgNode): Declaration | null {
  if (!binding.has(String(node.parent()?.kind()))) return null
  const { top, throughPattern } = outOfPattern(node)
  const parent = top.parent()
  if (parent === null) return null
  const isField = (name: string): boolean => isNode(parent.field(name), top)
  switch (String(parent.kind())) {
    case 'variable_declarator':
      return isField('name') ? declared(node, parent, throughPattern ? null : parent.field('value')) : null
    case 'for_in_statement':
      return isField('left') && parent.field('kind') !== null ? inLoopHead(node, parent) : null
    case 'formal_parameters':
      return { node, kind: top.kind() === 'rest_pattern' && node.parent()?.kind() === 'rest_pattern' ? 'rest' : 'parameter', home: functionAround(parent), value: null }
    case 'required_parameter':
    case 'optional_parameter':
      return isField('pattern') ? { node, kind: top.kind() === 'rest_pattern' && node.parent()?.kind() === 'rest_pattern' ? 'rest' : 'parameter', home: functionAround(parent), value: null } : null
    case 'arrow_function':
      return isField('parameter') ? { node, kind: 'parameter', home: parent, value: null } : null
    case 'catch_clause':
      return isField('parameter') ? { node, kind: 'catch', home: parent, value: null } : null
    case 'function_declaration':
    case 'generator_function_declaration':
      return isField('name') ? { node, kind: 'function', home: functionAround(parent), value: parent } : null
    case 'class_declaration':
      return isField('name') ? { node, kind: 'class', home: blockAround(parent), value: null } : null
    case 'function_expression':
    case 'generator_function':
    case 'class':
      return isField('name') ? { node, kind: parent.kind() === 'class' ? 'class' : 'function', home: parent, value: parent } : null
    case 'import_specifier':
    case 'namespace_import':
    case 'import_clause':
      return parent.kind() === 'import_specifier' && parent.field('alias') !== null && !isField('alias') ? null : { node, kind: 'import', home: root(parent), value: null }
    default:
      return null
  }
}

/** Whether this mention is where something of that name is declared. */
export function isDeclared(node: SgNode): boolean {
  return declarationOf(node) !== null
}

/** Climbs out of destructuring: the outermost pattern that binds or assigns this name. */
function outOfPattern(node: SgNode): { readonly top: SgNode; readonly throughPattern: boolean } {
  let top = node
  for (const parent of upwards(node)) {
    if (!extendsPattern(parent, String(parent.kind()), top)) break
    top = parent
  }
  return { top, throughPattern: !isNode(top, node) }
}

function extendsPattern(parent: SgNode, kind: string, part: SgNode): boolean {
  return (
    ['array_pattern', 'object_pattern', 'rest_pattern'].includes(kind) ||
    (kind === 'pair_pattern' && isNode(parent.field('value'), part)) ||
    (['assignment_pattern', 'object_assignment_pattern'].includes(kind) && isNode(parent.field('left'), part))
  )
}

function declared(node: SgNode, declarator: SgNode, value: SgNode | null): Declaration {
  const statement = declarator.parent()
  const word = statement?.kind() === 'lexical_declaration' ? statement.field('kind')?.text() : 'var'
  const kind = word === 'const' || word === 'let' ? word : 'var'
  return { node, kind, home: kind === 'var' ? functionAround(declarator) : blockAround(declarator), value }
}

function inLoopHead(node: SgNode, loop: SgNode): Declaration {
  const word = loop.field('kind')?.text()
  const kind = word === 'const' || word === 'let' ? word : 'var'
  return { node, kind, home: kind === 'var' ? functionAround(loop) : loop, value: null }
}

/** What may stand around a name and leaves it the same place to write to. The grammar of TypeScript reads a pattern with brackets or casts in it as a list or an object: `[(a)] = b`, `({ a, b: (c) } = d)`. */
const transparent = new Set(['parenthesized_expression', 'as_expression', 'satisfies_expression', 'non_null_expression', 'type_assertion', 'array', 'object', 'pair', 'spread_element'])

/** Whether this mention gives the name a new value. */
export function isWritten(node: SgNode): boolean {
  const around = String(node.parent()?.kind())
  if (transparent.has(around)) return isWrittenThrough(node)
  if (!binding.has(around)) return false
  const { top, throughPattern } = outOfPattern(node)
  const parent = top.parent()
  switch (String(parent?.kind())) {
    case 'assignment_expression':
    case 'augmented_assignment_expression':
      return isNode(parent?.field('left') ?? null, top)
    case 'update_expression':
      return true
    case 'for_in_statement':
      return isNode(parent?.field('left') ?? null, top)
    case 'variable_declarator':
      // `var` twice: the second is an assignment when the names resolve to one home, which `nearest` already refuses.
      return isNode(parent?.field('name') ?? null, top)
    case 'unary_expression':
      return parent?.field('operator')?.text() === 'delete'
    default:
      return throughPattern
  }
}

/** `(a) = b`, `(a as any) = b`, `[a!] = b`, `for ((a) of b)`, `(a)++`. */
function isWrittenThrough(node: SgNode): boolean {
  let top = node
  for (const parent of upwards(node)) {
    const kind = String(parent.kind())
    if (!transparent.has(kind) && !extendsPattern(parent, kind, top)) {
      if (kind === 'unary_expression') return parent.field('operator')?.text() === 'delete'
      return kind === 'update_expression' || (['assignment_expression', 'augmented_assignment_expression', 'for_in_statement'].includes(kind) && isNode(parent.field('left'), top))
    }
    top = parent
  }
  return false
}

function functionAround(node: SgNode): SgNode {
  for (const ancestor of upwards(node)) if (isFunction(ancestor) || ancestor.kind() === 'class_static_block') return ancestor
  return root(node)
}

function blockAround(node: SgNode): SgNode {
  for (const ancestor of upwards(node)) if (blockHomes.has(String(ancestor.kind()))) return ancestor
  return root(node)
}

function root(node: SgNode): SgNode {
  const line = node.ancestors()
  return line[line.length - 1] ?? node
}
