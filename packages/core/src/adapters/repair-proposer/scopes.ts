import { binaryOf, functionAround, is, isCallee, isName, type Family } from './families.ts'
import { ancestors, childOf, named, walk, type SyntaxNode } from './syntax-tree.ts'
import { typeOf, type ValueType } from './value-type.ts'

/** What is done with a value where a name stands. */
export type Role = 'called' | 'indexed' | 'index' | 'member' | 'sum' | 'order' | 'comparison' | 'argument' | 'result' | 'iterated' | 'written' | 'other'

export interface Name {
  readonly text: string
  /** The block or function in which the name means this. */
  readonly scope: SyntaxNode
  readonly declared: SyntaxNode
  readonly kind: 'parameter' | 'local' | 'loop' | 'global' | 'function'
  readonly roles: ReadonlySet<Role>
  readonly type: ValueType
}

export interface Scopes {
  /** Names that are known where the node stands, innermost first. */
  at(node: SyntaxNode): readonly Name[]
  find(text: string, node: SyntaxNode): Name | undefined
  typeOf(node: SyntaxNode): ValueType
}

const parameterLists = ['formal_parameters', 'parameters', 'lambda_parameters', 'parameter_list']

/** Which names a file declares and where they are known, by the looks of the declarations. A name too many costs a proposal that does not run, one too few a repair. */
export function readScopes(root: SyntaxNode, family: Family): Scopes {
  const names: Name[] = []
  const known = new Set<string>()
  const roles = rolesOf(root)
  const find = (text: string, node: SyntaxNode): Name | undefined => names.filter((name) => name.text === text && isKnown(name, node)).toSorted((a, b) => b.scope.start - a.scope.start)[0]
  const typeAt = (node: SyntaxNode): ValueType => typeOf(node, (text) => find(text, node)?.type ?? 'unknown')
  for (const node of walk(root)) {
    const declaration = declarationOf(node, family)
    if (declaration === null) continue
    const key = `${node.text} ${declaration.scope.start}`
    if (known.has(key)) continue
    known.add(key)
    const own = roles.get(`${node.text} ${functionAround(declaration.scope).start}`) ?? roles.get(node.text) ?? new Set<Role>()
    const type = declaration.value === null ? typeByRoles(own) : typeAt(declaration.value)
    names.push({ text: node.text, declared: node, scope: declaration.scope, kind: declaration.kind, roles: own, type: type === 'unknown' ? typeByRoles(own) : type })
  }
  return { at: (node) => names.filter((name) => isKnown(name, node)).toSorted((a, b) => b.scope.start - a.scope.start), find, typeOf: typeAt }
}

function isKnown({ scope, declared, kind }: Name, node: SyntaxNode): boolean {
  const isInside = scope.start <= node.start && node.end <= scope.end
  return isInside && (kind === 'function' || kind === 'global' || kind === 'parameter' || declared.start < node.start)
}

type Declaration = Pick<Name, 'scope' | 'kind'> & { readonly value: SyntaxNode | null }

function declarationOf(node: SyntaxNode, family: Family): Declaration | null {
  if (!isName(node)) return null
  const { parent } = node
  if (parent === null) return null
  if (is(parent, 'function') && parent.children[0] !== node && !(parent.kind === 'arrow_function' && childOf(parent, '=>') === undefined)) return { scope: parent.parent ?? parent, kind: 'function', value: null }
  const around = [...ancestors(node)]
  if (parent.kind === 'arrow_function') return { scope: parent, kind: 'parameter', value: null }
  if (parent.kind === 'function_declarator') return { scope: around.at(-1) as SyntaxNode, kind: 'function', value: null }
  if (is(parent, 'declarator') || ['declaration', 'pattern_list', 'tuple_pattern', 'array_pattern', 'for_range_loop'].includes(parent.kind)) return byAssignment(node, around, family)
  const parameters = around.find((other) => parameterLists.includes(other.kind))
  const stopsBefore = around.findIndex((other) => is(other, 'block'))
  if (parameters !== undefined && (stopsBefore < 0 || around.indexOf(parameters) < stopsBefore) && parent.kind !== 'default_value') {
    const owner = around.find((other) => is(other, 'function'))
    return owner === undefined ? null : { scope: owner, kind: 'parameter', value: null }
  }
  if (parent.kind === 'reference_declarator' || parent.kind === 'pointer_declarator') return byAssignment(node, around, family)
  const loop = parent.kind === 'for_in_clause' || ((parent.kind === 'for_in_statement' || parent.kind === 'for_statement') && named(parent)[0] === node) ? parent : null
  if (loop === null) return null
  return { scope: family === 'python' && loop.kind !== 'for_in_clause' ? functionOrRoot(around) : loop.kind === 'for_in_clause' ? (loop.parent ?? loop) : loop, kind: 'loop', value: null }
}

function functionOrRoot(around: readonly SyntaxNode[]): SyntaxNode {
  return around.find((other) => is(other, 'function')) ?? (around.at(-1) as SyntaxNode)
}

function byAssignment(node: SyntaxNode, around: readonly SyntaxNode[], family: Family): Declaration | null {
  const parent = around[0] as SyntaxNode
  const target = around.find((other) => is(other, 'declarator') || other.kind === 'declaration' || other.kind === 'for_range_loop' || other.kind.startsWith('for_'))
  if (target === undefined) return null
  const isTarget = target.children[0] !== undefined && target.children[0].start <= node.start && node.end <= target.children[0].end
  if (is(target, 'declarator') && !isTarget) return null
  if (target.kind === 'assignment_expression') return null
  const isLoop = around.find((other) => is(other, 'block', 'loop'))
  if (target.kind === 'for_range_loop' && node !== childOf(target, node.kind) && parent === target) return null
  const value = parent === target && is(target, 'declarator') ? (named(target)[1] ?? null) : null
  if (family === 'python') return { scope: functionOrRoot(around), kind: around.some((other) => is(other, 'function')) ? 'local' : 'global', value }
  const scope = isLoop ?? (around.at(-1) as SyntaxNode)
  return { scope, kind: is(scope, 'loop') ? 'loop' : scope.parent === null ? 'global' : 'local', value }
}

/** By name and function, and by name alone for what a closure reads. */
function rolesOf(root: SyntaxNode): ReadonlyMap<string, Set<Role>> {
  const roles = new Map<string, Set<Role>>()
  const note = (key: string, role: Role): void => {
    const own = roles.get(key)
    if (own === undefined) roles.set(key, new Set([role]))
    else own.add(role)
  }
  for (const node of walk(root)) {
    if (!isName(node)) continue
    const role = roleOf(node)
    if (role === 'written') continue
    note(node.text, role)
    for (const around of ancestors(node)) if (is(around, 'function')) note(`${node.text} ${around.start}`, role)
  }
  return roles
}

export function roleOf(node: SyntaxNode): Role {
  const { parent } = node
  if (parent === null) return 'other'
  if (isCallee(node)) return 'called'
  if (is(parent, 'member')) return parent.children[0] === node ? 'member' : 'other'
  if (is(parent, 'subscript')) return parent.children[0] === node ? 'indexed' : 'index'
  if (is(parent, 'assignment', 'declarator') && parent.children[0] === node) return 'written'
  const binary = binaryOf(parent)
  if (binary !== null) return /^[<>]=?$/.test(binary.operator.text) ? 'order' : /^(?:[=!]|in$|not in$|is)/.test(binary.operator.text) ? 'comparison' : 'sum'
  if (is(parent, 'arguments')) return 'argument'
  if (parent.kind === 'return_statement') return 'result'
  if (isLoopTarget(node, parent)) return 'written'
  if (parent.kind === 'for_in_statement' || parent.kind === 'for_in_clause' || parent.kind === 'for_range_loop' || parent.kind === 'for_statement') return 'iterated'
  if (parent.kind === 'spread_element' || (is(parent, 'declarator') && ['pattern_list', 'tuple_pattern', 'array_pattern'].includes(parent.children[0]?.kind ?? ''))) return 'iterated'
  return 'other'
}

/** The name that a loop gives to each item, before its `in`, `of` or colon. */
function isLoopTarget(node: SyntaxNode, parent: SyntaxNode): boolean {
  const border = parent.children.findIndex(({ text, isNamed }) => !isNamed && (text === 'in' || text === 'of' || text === ':'))
  return is(parent, 'loop') || parent.kind === 'for_in_clause' ? border > parent.children.indexOf(node) : false
}

function typeByRoles(roles: ReadonlySet<Role>): ValueType {
  if (roles.has('indexed') || roles.has('iterated')) return 'list'
  if (roles.has('index')) return 'number'
  if ((roles.has('sum') || roles.has('order')) && !roles.has('member')) return 'number'
  return 'unknown'
}
