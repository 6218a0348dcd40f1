import type { CppOperator, CppSource, EditSite } from '../../edit-operator.ts'
import { excerpt } from '../../statements.ts'
import type { Syntax, SyntaxTree } from '../../syntax-tree.ts'
import { replaced, siteAt } from '../../tree-edits.ts'
import { plainType, templateOf, variableOf, type Variable } from '../cpp-names.ts'
import { mayBeReached } from '../cpp-aliases.ts'
import { hiddenCalls } from '../cpp-hidden-calls.ts'
import { isConstantUse, isOwn, isQuietCall, loopsAround } from '../cpp-values.ts'

/** Copying one takes more than a register or two. */
const heavy = new Set(['string', 'vector', 'map', 'set', 'unordered_map', 'unordered_set', 'multimap', 'multiset', 'list', 'deque', 'array'])

/**
 * A container or text that is only looked at is taken by constant reference. Precondition: no other declaration of the function can exist, nobody takes its address,
 * and nothing it changes on the way can be what it was given.
 */
export const passByReference: CppOperator = {
  name: 'pass-by-reference',
  kind: 'rewrite',
  gain: 2,
  sites: (source) => (source.path.endsWith('.c') ? [] : source.tree.all('function_definition').flatMap((definition) => parameterSites(source, definition))),
}

function parameterSites(source: CppSource, definition: Syntax): readonly EditSite[] {
  const { tree } = source
  const declarator = definition.field('declarator')
  const parameters = declarator?.kind === 'function_declarator' ? (declarator.field('parameters')?.named ?? []) : []
  if (declarator === null || !isOnlyDeclaration(source, definition, declarator)) return []
  const reaches = (parameter: Syntax): boolean => ['reference_declarator', 'pointer_declarator'].includes(parameter.field('declarator')?.kind ?? '') && !parameter.named.some(({ kind }) => kind === 'type_qualifier')
  return parameters.flatMap((parameter): EditSite[] => {
    const name = parameter.kind === 'parameter_declaration' ? parameter.field('declarator') : null
    const variable = name?.kind === 'identifier' ? variableOf(tree, name) : null
    if (variable === null || !heavy.has(templateOf(variable.type)) || parameters.some(reaches) || !variable.mentions.every(isConstantUse) || mayBeChangedMeanwhile(tree, variable)) return []
    return [siteAt(source, parameter, {
      variant: 'reference',
      rationale: `takes \`${excerpt(parameter)}\` by reference instead of copying it`,
      edits: () => {
        const end = variable.typeNode.end
        return [...(variable.isConst ? [] : [replaced({ start: parameter.start, end: parameter.start }, 'const ')]), { start: end, end, replacement: '&' }]
      },
    })]
  })
}

const loopKinds = ['for_statement', 'while_statement', 'do_statement', 'for_range_loop']

/** While the parameter is still to be used, something is assigned or called that could be, or change, what the caller gave. Only what the function owns is surely something else. */
function mayBeChangedMeanwhile(tree: SyntaxTree, { mentions, home }: Variable): boolean {
  const body = home.field('body')
  if (body === null) return true
  const last = Math.max(0, ...mentions.map(({ end }) => end))
  const isEarly = (node: Syntax): boolean => node.start < last || [...node.around()].some((around) => loopKinds.includes(around.kind) && mentions.some((mention) => mention.isWithin(around)))
  const written = tree.within(body, 'assignment_expression', 'update_expression').filter((node) => isEarly(node) && !isOwn(tree, node.field('left') ?? node.field('argument')))
  const called = tree.within(body, 'call_expression').filter((node) => isEarly(node) && !isQuietCall(tree, node))
  const odd = tree.within(body, 'lambda_expression', 'new_expression', 'delete_expression', 'co_await_expression', 'co_yield_statement', 'preproc_call', 'asm_statement').filter(isEarly)
  // What the program's own types do when they are made and end.
  const made = tree.within(body, 'declaration').filter((node) => {
    const type = node.field('type')
    return isEarly(node) && (type === null || plainType(tree, type).startsWith('?') || node.named.some(({ kind }) => kind === 'storage_class_specifier'))
  })
  return [...written, ...called, ...odd, ...made, ...hiddenCalls(tree, body).filter(isEarly)].length > 0
}

const headers = /\.(?:h|hh|hpp|hxx|ipp|inl|tpp)$/

/** The whole program has no other line that would have to say the same. */
function isOnlyDeclaration({ tree, path }: CppSource, definition: Syntax, declarator: Syntax): boolean {
  const name = declarator.field('declarator')
  if (name === null || (name.kind !== 'identifier' && name.kind !== 'field_identifier') || /\b(?:virtual|override|final|extern)\b/.test(tree.text.slice(definition.start, definition.field('body')?.start ?? definition.end))) return false
  const isMethod = name.kind === 'field_identifier'
  const isConstant = !isMethod || declarator.named.some(({ kind }) => kind === 'type_qualifier') || definition.named.some((part) => part.text() === 'static')
  const inUnnamed = [...definition.around()].some((around) => around.kind === 'namespace_definition' && around.field('name') === null)
  const isLocal = isMethod || inUnnamed || headers.test(path) || definition.named.some((part) => part.kind === 'storage_class_specifier' && part.text() === 'static') || /\bint\s+main\s*\(/.test(tree.text)
  const uses = tree.all('identifier', 'field_identifier').filter((node) => node.text() === name.text() && node !== name)
  const isCalled = (node: Syntax): boolean => {
    const callee = ['field_expression', 'qualified_identifier'].includes(node.parent?.kind ?? '') ? node.parent : node
    return callee?.parent?.kind === 'call_expression' && callee.parent.field('function') === callee
  }
  return isConstant && isLocal && uses.every(isCalled)
}

/** `for (auto x : xs)` copies each element. Precondition: neither the element nor the container changes in the loop, also not by another name for it, and no element is a mere number by its type. */
export const walkByReference: CppOperator = {
  name: 'walk-by-reference',
  kind: 'rewrite',
  gain: 1.5,
  sites: (source) =>
    source.tree.all('for_range_loop').flatMap((loop): EditSite[] => {
      const [type, name, list] = [loop.field('type'), loop.field('declarator'), loop.field('right')]
      const variable = name?.kind === 'identifier' ? variableOf(source.tree, name) : null
      const walked = list?.kind === 'identifier' ? variableOf(source.tree, list) : null
      if (type === null || variable === null || walked === null || variable.isConst || (variable.type !== 'auto' && !heavy.has(templateOf(variable.type)))) return []
      if (/^(?:vector|set|list|deque)<(?:(?:unsigned )?(?:int|char|long|bool|short)|double|float|size_t)>$|^string$/.test(walked.type)) return []
      const within = walked.mentions.filter((mention) => mention.isWithin(loop) && mention !== list)
      if (!variable.mentions.every(isElementUse) || !within.every(isConstantUse) || mayBeReached(source.tree, walked, loop)) return []
      return [siteAt(source, loop, { variant: 'reference', rationale: `looks at each element of \`${walked.name}\` in place instead of copying it`, edits: () => [replaced(type, `const ${type.text()}&`)] })]
    }),
}

/** Also a pair or a structure: its fields may be looked at. */
function isElementUse(mention: Syntax): boolean {
  const { parent } = mention
  const isField = parent?.kind === 'field_expression' && parent.field('argument') === mention && parent.parent?.kind !== 'call_expression' && parent.parent?.kind !== 'pointer_expression'
  return isConstantUse(mention) || (isField && parent.parent?.kind !== 'update_expression' && parent.parent?.field('left') !== parent && parent.parent?.kind !== 'field_expression' && parent.parent?.kind !== 'subscript_expression' && parent.parent?.kind !== 'argument_list')
}

/** `s = s + t` makes a new text of both each time. Exact for texts and what is added to them from the left to the right. */
export const appendInPlace: CppOperator = {
  name: 'append-in-place',
  kind: 'rewrite',
  gain: 2,
  sites: (source) =>
    source.tree.all('assignment_expression').flatMap((node): EditSite[] => {
      const { tree } = source
      const [left, sum] = [node.field('left'), node.field('right')]
      const variable = left?.kind === 'identifier' && node.children[1]?.text() === '=' && node.parent?.kind === 'expression_statement' ? variableOf(tree, left) : null
      const parts = sum === null ? null : chainOf(sum)
      if (left === null || variable === null || variable.type !== 'string' || variable.isPointer || parts === null || parts.length < 2 || parts[0]?.text() !== left.text()) return []
      const added = parts.slice(1)
      const hasCalls = added.some((part) => part.kind === 'call_expression' || tree.within(part, 'call_expression', 'update_expression', 'assignment_expression').length > 0)
      if (added.length > 1 && (hasCalls || !added.every((part) => isApart(tree, part, left.text())))) return []
      if (added.some((part) => isPointer(tree, part)) || hiddenCalls(tree, node).length > 0) return []
      return [siteAt(source, node, {
        variant: 'append',
        rationale: `adds to \`${left.text()}\` instead of making a new text of both`,
        edits: () => [replaced(node, added.map((part) => part.text()).reduce((made, part, index) => (index === 0 ? `${left.text()} += ${part}` : `(${made}) += ${part}`), ''))],
      })]
    }),
}

const constants = ['string_literal', 'char_literal', 'number_literal', 'raw_string_literal', 'concatenated_string', 'true', 'false']

/** What the text holds is no part of it, also not by another name: a constant, or what lies in a variable of the function that no reference leads out of. */
function isApart(tree: SyntaxTree, part: Syntax, text: string): boolean {
  if (constants.includes(part.kind)) return true
  if (part.kind === 'parenthesized_expression' || part.kind === 'binary_expression') return part.named.every((inner) => isApart(tree, inner, text))
  const names = [...(part.kind === 'identifier' ? [part] : []), ...tree.within(part, 'identifier')]
  return isOwn(tree, part) && names.every((name) => name.text() !== text && isOwn(tree, name))
}

/** It may point into the text that grows. */
function isPointer(tree: SyntaxTree, part: Syntax): boolean {
  const variable = part.kind === 'identifier' ? variableOf(tree, part) : null
  const isNamed = variable !== null && (variable.isPointer || ['auto', 'string_view'].includes(variable.type) || variable.type.startsWith('?'))
  return isNamed || part.kind === 'pointer_expression' || /(?:\.|->)\s*(?:c_str|data)\s*\(/.test(part.text())
}

/** `a + b + c` -> the three; null for anything else. */
function chainOf(sum: Syntax): readonly Syntax[] | null {
  if (sum.kind !== 'binary_expression' || sum.field('operator')?.text() !== '+') return null
  const [left, right] = [sum.field('left'), sum.field('right')]
  if (left === null || right === null) return null
  return [...(chainOf(left) ?? [left]), right]
}

/** `std::endl` writes what was collected each time. What comes out in the end is the same, as long as the program ends by itself. */
export const writeOnce: CppOperator = {
  name: 'write-once',
  kind: 'rewrite',
  gain: 1.5,
  sites: (source) => {
    const { tree } = source
    if (/\b(?:fork|exec[lv]\w*|abort|_exit|_Exit|quick_exit|raise|kill|sync_with_stdio|unitbuf|tie)\b/.test(tree.text)) return []
    const ends = tree.all('qualified_identifier', 'identifier').filter((node) => isEnd(tree, node))
    const byHome = Map.groupBy(ends, (node) => node.nearest('function_definition'))
    return [...byHome].flatMap(([home, own]): EditSite[] => {
      const inLoop = own.find((node) => loopsAround(node).length > 0)
      if (home === null || inLoop === undefined) return []
      return [siteAt(source, inLoop, { variant: 'endl', rationale: "ends lines by '\\n' instead of writing out after each", edits: () => own.map((node) => replaced(node, "'\\n'")) })]
    })
  },
}

function isEnd(tree: SyntaxTree, node: Syntax): boolean {
  const isNamed = /^std\s*::\s*endl$/.test(node.text()) || (node.text() === 'endl' && node.parent?.kind !== 'qualified_identifier' && /\busing namespace std\s*;|\busing std::endl\s*;/.test(tree.text))
  return isNamed && node.parent?.kind === 'binary_expression' && node.parent.field('right') === node && node.parent.field('operator')?.text() === '<<'
}
