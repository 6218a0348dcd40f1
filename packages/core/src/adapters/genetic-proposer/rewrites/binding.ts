import type { SgNode } from '@ast-grep/napi'

/** Where a name is bound, and what is known of its value. */
export interface Binding {
  readonly name: string
  /** The function (or the whole program) that the name belongs to. */
  readonly scope: SgNode
  /** Bound to an expression that always gives an array. */
  readonly isArray: boolean
}

const functionKinds = new Set(['function_declaration', 'function_expression', 'arrow_function', 'method_definition', 'generator_function', 'generator_function_declaration'])
const arrayForms = /^(?:\[|Array\.(?:from|of)\(|Object\.(?:keys|values|entries)\(|new Array\()|\.(?:concat|filter|map|flat|flatMap|split)(?:\.apply|\.call)?\([^]*\)$|^(?:\[\]|Array\.prototype)\.slice\.(?:call|apply)\(/

export function isFunction(node: SgNode): boolean {
  return functionKinds.has(String(node.kind()))
}

/** The only declaration or parameter of this name around `use`; null when there is none or it is ever assigned again. */
export function bindingOf(use: SgNode): Binding | null {
  const name = use.text()
  for (const scope of use.ancestors()) {
    if (!isFunction(scope) && scope.kind() !== 'program') continue
    const parameter = isFunction(scope) ? parameterOf(scope, name) : null
    const declarators = declaratorsOf(scope, name)
    if (parameter === null && declarators.length === 0) continue
    if (declarators.length + (parameter === null ? 0 : 1) !== 1 || isReassigned(scope, name)) return null
    const value = declarators[0]?.field('value')
    return { name, scope, isArray: parameter === 'rest' || (value !== null && value !== undefined && arrayForms.test(value.text())) }
  }
  return null
}

function parameterOf(scope: SgNode, name: string): 'plain' | 'rest' | null {
  const single = scope.field('parameter')
  if (single?.text() === name) return 'plain'
  for (const child of scope.field('parameters')?.children() ?? []) {
    if (child.text() === name) return 'plain'
    if (child.kind() === 'rest_pattern' && child.text() === `...${name}`) return 'rest'
    // A TypeScript parameter carries its type; a rest parameter is an array by definition there as well.
    const pattern = child.field('pattern')
    if (pattern?.text() === name) return 'plain'
    if (pattern?.kind() === 'rest_pattern' && pattern.text() === `...${name}`) return 'rest'
  }
  return null
}

/** Declarations directly in this scope, not in a function within it. */
function declaratorsOf(scope: SgNode, name: string): readonly SgNode[] {
  return scope.findAll({ rule: { kind: 'variable_declarator' } }).filter((declarator) => {
    if (declarator.field('name')?.text() !== name) return false
    const owner = declarator.ancestors().find((ancestor) => isFunction(ancestor) || ancestor.kind() === 'program')
    return owner?.id() === scope.id()
  })
}

function isReassigned(scope: SgNode, name: string): boolean {
  const assignments = scope.findAll({ rule: { any: [{ kind: 'assignment_expression' }, { kind: 'augmented_assignment_expression' }, { kind: 'update_expression' }] } })
  return assignments.some((assignment) => (assignment.field('left') ?? assignment.field('argument'))?.text() === name)
}
