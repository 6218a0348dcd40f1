import type { CppOperator, CppSource, EditSite } from '../../edit-operator.ts'
import type { Syntax, SyntaxTree } from '../../syntax-tree.ts'
import { replaced, siteAt } from '../../tree-edits.ts'
import { included } from '../cpp-includes.ts'
import { callOn, isHashable, methodCall, templateOf, typeArguments, variableOf, type Variable } from '../cpp-names.ts'

interface Exchange {
  readonly name: string
  readonly from: string
  readonly to: string
  readonly header: string
  readonly why: string
  readonly gain: number
  readonly accepts: (tree: SyntaxTree, variable: Variable) => boolean
  readonly allows: (tree: SyntaxTree, mention: Syntax) => boolean
}

const lookedUp = new Set(['count', 'contains', 'insert', 'emplace', 'try_emplace', 'at', 'size', 'empty', 'clear'])

/** Nothing depends on the order: looked up, filled, taken from by key, never walked through. */
function isUnordered(tree: SyntaxTree, mention: Syntax): boolean {
  const call = callOn(mention)
  const whole = mention.parent?.parent ?? null
  if (call === null) return mention.parent?.kind === 'subscript_expression' && mention.parent.field('argument') === mention
  if (call.method === 'insert' && call.values.length !== 1) return false
  if (lookedUp.has(call.method)) return whole?.parent?.kind !== 'init_declarator' || ['size', 'count', 'contains', 'at', 'empty'].includes(call.method)
  if (call.method === 'erase') return call.values.length === 1 && methodCall(call.values[0] ?? null) === null
  if (call.method === 'end') return whole?.parent?.kind === 'binary_expression'
  if (call.method !== 'find') return false
  if (whole?.parent?.kind === 'binary_expression' || whole?.parent?.kind === 'field_expression') return true
  const name = whole?.parent?.kind === 'init_declarator' ? whole.parent.field('declarator') : null
  const place = name === null ? null : variableOf(tree, name)
  const isPlain = (use: Syntax): boolean => use.parent?.kind === 'field_expression' || use.parent?.kind === 'binary_expression' || (use.parent?.kind === 'argument_list' && methodCall(use.parent.parent)?.method === 'erase')
  return place !== null && place.mentions.every((use) => isPlain(use) && !mayBeMoved(tree, use, { name: mention.text(), since: whole?.end ?? 0 }))
}

/** What is put into a hashed container may move the places that were found in it before. Not where either the one or the other happens. */
function mayBeMoved(tree: SyntaxTree, use: Syntax, { name, since }: { readonly name: string; readonly since: number }): boolean {
  const home = use.nearest('function_definition')
  const filled = home === null ? [] : tree.within(home, 'identifier').filter((node) => node.text() === name && node.start > since && node.end < use.start && (callOn(node) === null || ['insert', 'emplace', 'try_emplace', 'clear'].includes(callOn(node)?.method ?? '')))
  return filled.some((node) => ![...node.around()].some((around) => around.kind === 'if_statement' && within(node, around.field('consequence')) && within(use, around.field('alternative'))))
}

function within(node: Syntax, outer: Syntax | null): boolean {
  return outer !== null && node.isWithin(outer)
}

function isListUse(_: SyntaxTree, mention: Syntax): boolean {
  const call = callOn(mention)
  if (call !== null) return ['push_back', 'emplace_back', 'size', 'empty', 'clear'].includes(call.method) || (['front', 'back'].includes(call.method) && mention.parent?.parent?.parent?.kind === 'binary_expression')
  return mention.parent?.kind === 'for_range_loop' && mention.parent.field('right') === mention
}

const addingMethods = new Set(['push_back', 'emplace_back', 'clear'])

/** What is added to a vector moves all that it holds: not while it is walked through, and nobody may remember where an element was. */
function isWalkedInPeace({ mentions }: Variable): boolean {
  const loops = mentions.flatMap((mention) => (mention.parent?.kind === 'for_range_loop' && mention.parent.field('right') === mention ? [mention.parent] : []))
  const isMoved = mentions.some((mention) => addingMethods.has(callOn(mention)?.method ?? '') && loops.some((loop) => mention.isWithin(loop)))
  const isRemembered = loops.some((loop) => {
    const name = /\w+$/.exec(loop.field('declarator')?.text() ?? '')?.[0] ?? ''
    return loop.field('declarator')?.kind === 'reference_declarator' && new RegExp(String.raw`&\s*\(?\s*${name}\b|\b(?:ref|cref|addressof)\b|&&?\s*\w+\s*[={(]|\breturn\b|\[[&=]`).test(loop.field('body')?.text() ?? '')
  })
  return !isMoved && !isRemembered
}

function isQueueUse(_: SyntaxTree, mention: Syntax): boolean {
  const call = callOn(mention)
  const whole = mention.parent?.parent
  if (call?.method === 'erase') return isFrontErased(whole ?? null)
  if (call?.method === 'begin') return isFrontErased(whole?.parent?.parent ?? null)
  if (call !== null) return ['push_back', 'emplace_back', 'pop_back', 'size', 'empty', 'front', 'back', 'at', 'clear'].includes(call.method)
  if (mention.parent?.kind === 'subscript_expression') return mention.parent.parent?.kind !== 'pointer_expression'
  return mention.parent?.kind === 'for_range_loop' && mention.parent.field('right') === mention
}

/** `v.erase(v.begin())` as a statement. */
function isFrontErased(call: Syntax | null): boolean {
  const erase = methodCall(call)
  const begin = methodCall(erase?.values[0] ?? null)
  return erase?.method === 'erase' && erase.values.length === 1 && begin?.method === 'begin' && begin.object.text() === erase.object.text() && call?.parent?.kind === 'expression_statement'
}

const isKeyed = (count: number) => (_: SyntaxTree, { type }: Variable): boolean => typeArguments(type).length === count && isHashable(typeArguments(type)[0] ?? '')

const exchanges: readonly Exchange[] = [
  { name: 'map-to-unordered', from: 'map', to: 'unordered_map', header: 'unordered_map', why: 'nothing asks for its order', gain: 2.5, accepts: isKeyed(2), allows: isUnordered },
  { name: 'set-to-unordered', from: 'set', to: 'unordered_set', header: 'unordered_set', why: 'nothing asks for its order', gain: 2.5, accepts: isKeyed(1), allows: isUnordered },
  { name: 'list-to-vector', from: 'list', to: 'vector', header: 'vector', why: 'it only grows and is walked through', gain: 1.5, accepts: (_, variable) => typeArguments(variable.type).length === 1 && typeArguments(variable.type)[0] !== 'bool' && isWalkedInPeace(variable), allows: isListUse },
  { name: 'vector-to-deque', from: 'vector', to: 'deque', header: 'deque', why: 'it gives its first element away', gain: 3, accepts: (_, variable) => typeArguments(variable.type).length === 1 && variable.mentions.some((mention) => callOn(mention)?.method === 'erase'), allows: isQueueUse },
]

/** Another container of the library for a local name. Precondition: the function does with it only what means the same on both, and nothing else gets hold of it. */
export const containerExchanges: readonly CppOperator[] = exchanges.map((exchange) => ({ name: exchange.name, kind: 'rewrite', gain: exchange.gain, sites: (source) => exchangeSites(source, exchange) }))

function exchangeSites(source: CppSource, { name, from, to, header, why, accepts, allows }: Exchange): readonly EditSite[] {
  const { tree } = source
  const added = included(tree, header)
  if (added === null || source.path.endsWith('.c')) return []
  return tree.all('declaration').flatMap((declaration): EditSite[] => {
    const declarators = declaration.named.filter(({ kind }) => kind === 'init_declarator' || kind === 'identifier')
    const declarator = declarators[0]
    const variable = declarators.length === 1 && declarator !== undefined ? variableOf(tree, declarator.kind === 'identifier' ? declarator : (declarator.field('declarator') ?? declarator)) : null
    if (variable === null || variable.declaration !== declaration || templateOf(variable.type) !== from || variable.isReference || variable.isPointer || declaration.named.some(({ kind }) => kind === 'storage_class_specifier')) return []
    const template = tree.within(variable.typeNode, 'template_type')[0]?.field('name') ?? null
    if (template === null || !isPlainlyMade(variable.value) || !accepts(tree, variable) || !variable.mentions.every((mention) => allows(tree, mention))) return []
    return [siteAt(source, declaration, {
      variant: name,
      rationale: `makes \`${variable.name}\` a std::${to}: ${why}`,
      edits: () => [...added, replaced(template, to), ...frontErasures(tree, variable, to)],
    })]
  })
}

/** Not copied from another container, whose type would stay what it is. */
function isPlainlyMade(value: Syntax | null): boolean {
  return value === null || value.kind === 'initializer_list' || (value.kind === 'argument_list' && (value.named.length !== 1 || value.named[0]?.kind === 'number_literal'))
}

function frontErasures(tree: SyntaxTree, variable: Variable, to: string): readonly ReturnType<typeof replaced>[] {
  if (to !== 'deque') return []
  return tree.within(variable.home, 'call_expression').filter((call) => isFrontErased(call) && methodCall(call)?.object.text() === variable.name).map((call) => replaced(call, `${variable.name}.pop_front()`))
}
