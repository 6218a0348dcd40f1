import type { Syntax, SyntaxTree } from '../syntax-tree.ts'

/** A variable or parameter of one function. */
export interface Variable {
  readonly name: string
  /** Without white space and `std::`; a type of the program's own is named as it is. Empty where it is deduced. */
  readonly type: string
  readonly typeNode: Syntax
  /** The whole declaration, or the parameter. */
  readonly declaration: Syntax
  /** What the name is given at first. */
  readonly value: Syntax | null
  readonly isReference: boolean
  readonly isPointer: boolean
  readonly isConst: boolean
  readonly home: Syntax
  /** Every use, in the order of the text, without the declaration. */
  readonly mentions: readonly Syntax[]
}

const declarations = ['declaration', 'parameter_declaration', 'optional_parameter_declaration', 'for_range_loop', 'condition_declaration']

/** The identifier that a declarator declares, and what it makes of the type. */
function declared(declarator: Syntax | null): { readonly node: Syntax; readonly isReference: boolean; readonly isPointer: boolean } | null {
  switch (declarator?.kind) {
    case 'identifier':
      return { node: declarator, isReference: false, isPointer: false }
    case 'init_declarator':
      return declared(declarator.field('declarator'))
    case 'reference_declarator': {
      const inner = declared(declarator.named.at(-1) ?? null)
      return inner === null ? null : { ...inner, isReference: true }
    }
    case 'pointer_declarator':
    case 'array_declarator': {
      const inner = declared(declarator.field('declarator'))
      return inner === null ? null : { ...inner, isPointer: true }
    }
    default:
      return null
  }
}

interface Declared {
  readonly declaration: Syntax
  readonly declarator: Syntax
  readonly node: Syntax
  readonly isReference: boolean
  readonly isPointer: boolean
}

function declaredIn(tree: SyntaxTree, home: Syntax): readonly Declared[] {
  return tree.within(home, ...declarations).flatMap((declaration) =>
    declaration.named.flatMap((part) => {
      const isDeclarator = part === declaration.field('declarator') || part.kind === 'init_declarator' || (declaration.kind === 'declaration' && part.kind === 'identifier')
      const found = isDeclarator ? declared(part) : null
      return found === null ? [] : [{ declaration, declarator: part, ...found }]
    }),
  )
}

/** What a name means in its function. Null where it is declared twice, in other ways, or used in a lambda; where the grammar did not understand the function; and where it is a macro. */
export function variableOf(tree: SyntaxTree, use: Syntax): Variable | null {
  const home = use.nearest('function_definition')
  if (use.kind !== 'identifier' || home === null || tree.within(home, 'ERROR').length > 0) return null
  const name = use.text()
  const [own, ...others] = declaredIn(tree, home).filter(({ node }) => node.text() === name)
  if (own === undefined || others.length > 0 || tree.all('preproc_def', 'preproc_function_def').some((macro) => macro.field('name')?.text() === name)) return null
  // `Holder h(list);` looks like the declaration of a function to the grammar, and the name like a type.
  if (tree.within(home, 'type_identifier').some((node) => node.text() === name)) return null
  const typeNode = own.declaration.field('type')
  const all = tree.within(home, 'identifier').filter((node) => node.text() === name && node !== own.node && node.parent?.kind !== 'qualified_identifier')
  const isOdd = all.some((node) => node.nearest('lambda_expression', 'function_definition')?.kind === 'lambda_expression' || node.nearest('structured_binding_declarator') !== null || node.nearest('asm_expression', 'gnu_asm_expression', 'preproc_call') !== null)
  const scope = own.declaration.kind === 'declaration' ? own.declaration.parent : own.declaration.kind === 'for_range_loop' ? own.declaration : home
  if (typeNode === null || isOdd || scope === null || all.some((node) => !node.isWithin(scope))) return null
  return {
    name,
    type: plainType(tree, typeNode),
    typeNode,
    declaration: own.declaration,
    value: own.declarator.kind === 'init_declarator' ? own.declarator.field('value') : null,
    isReference: own.isReference,
    isPointer: own.isPointer,
    isConst: own.declaration.named.some(({ kind, start }) => kind === 'type_qualifier' && start < typeNode.start && /\bconst\b/.test(tree.text.slice(start, typeNode.start))),
    home,
    mentions: all,
  }
}

/** `std::map<std::string, int>` -> `map<string,int>`. A type that only looks like one of the library's own gets a mark of its own. */
export function plainType(tree: SyntaxTree, node: Syntax): string {
  const text = node.text().replaceAll(/\s+/g, ' ')
  const isStandard = /^std\s*::/.test(text) || /\busing namespace std\s*;/.test(tree.text) || ['primitive_type', 'sized_type_specifier', 'placeholder_type_specifier'].includes(node.kind) || /^u?int\d+_t$|^s?size_t$/.test(text)
  const plain = text.replaceAll(/\bstd\s*::\s*/g, '').replaceAll(/\s*([<>,])\s*/g, '$1').trim()
  return isStandard ? plain : `?${plain}`
}

/** `map<string,vector<int>>` -> `['string', 'vector<int>']`. */
export function typeArguments(type: string): readonly string[] {
  const inner = /^\w+<(.*)>$/.exec(type)?.[1]
  if (inner === undefined) return []
  const parts: string[] = []
  let depth = 0
  let from = 0
  for (let at = 0; at < inner.length; at++) {
    if (inner[at] === '<') depth++
    else if (inner[at] === '>') depth--
    else if (inner[at] === ',' && depth === 0) {
      parts.push(inner.slice(from, at))
      from = at + 1
    }
  }
  return [...parts, inner.slice(from)]
}

export function templateOf(type: string): string {
  return /^\w+/.exec(type)?.[0] ?? ''
}

const simpleTypes = /^(?:(?:unsigned |signed )?(?:int|char|long|long long|short)|unsigned|signed|bool|size_t|u?int(?:8|16|32|64)_t|string)$/

/** Whether a value of the type may be told by its hash as well as by comparing. Numbers with fractions are left out. */
export function isHashable(type: string): boolean {
  return simpleTypes.test(type)
}

/** `object.method(values)` on a plain name. */
export function methodCall(call: Syntax | null): { readonly object: Syntax; readonly method: string; readonly values: readonly Syntax[] } | null {
  const callee = call?.kind === 'call_expression' ? call.field('function') : null
  const [object, method] = [callee?.field('argument'), callee?.field('field')]
  if (callee?.kind !== 'field_expression' || object?.kind !== 'identifier' || method?.kind !== 'field_identifier' || callee.children[1]?.text() !== '.') return null
  return { object, method: method.text(), values: call?.field('arguments')?.named ?? [] }
}

/** The call by which this mention's method is called; null when it is used otherwise. */
export function callOn(mention: Syntax): ReturnType<typeof methodCall> {
  const call = methodCall(mention.parent?.parent ?? null)
  return call?.object === mention ? call : null
}
