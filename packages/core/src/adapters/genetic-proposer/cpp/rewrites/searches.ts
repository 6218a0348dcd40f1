import { freshName } from '../../analysis/nodes.ts'
import type { CppOperator, CppSource, EditSite } from '../../edit-operator.ts'
import { excerpt } from '../../statements.ts'
import type { Syntax, SyntaxTree } from '../../syntax-tree.ts'
import { after, before, replaced, siteAt } from '../../tree-edits.ts'
import { included } from '../cpp-includes.ts'
import { callOn, isHashable, methodCall, templateOf, typeArguments, variableOf, type Variable } from '../cpp-names.ts'
import { isGivenAway, writtenPlaces, mayBeReached } from '../cpp-aliases.ts'
import { hiddenCalls } from '../cpp-hidden-calls.ts'
import { isConstantUse, isInBlock, isLeft, isOwn, isQuietCall, loopsAround } from '../cpp-values.ts'

/** `std::find(v.begin(), v.end(), x) != v.end()`. */
interface Find {
  readonly test: Syntax
  readonly list: Syntax
  readonly value: Syntax
  readonly isFound: boolean
}

function findOf(test: Syntax): Find | null {
  const [left, right] = [test.field('left'), test.field('right')]
  const operator = test.field('operator')?.text()
  if (test.kind !== 'binary_expression' || left?.kind !== 'call_expression' || (operator !== '!=' && operator !== '==')) return null
  const values = left.field('arguments')?.named ?? []
  const [begin, end, last] = [methodCall(values[0] ?? null), methodCall(values[1] ?? null), methodCall(right)]
  const isFind = /^(?:std::)?find$/.test(left.field('function')?.text() ?? '')
  if (!isFind || values.length !== 3 || !/^c?begin$/.test(begin?.method ?? '') || !/^c?end$/.test(end?.method ?? '') || !/^c?end$/.test(last?.method ?? '')) return null
  const list = begin?.object
  if (list === undefined || end?.object.text() !== list.text() || last?.object.text() !== list.text()) return null
  return { test, list, value: values[2] as Syntax, isFound: operator === '!=' }
}

/** The element type of a vector whose values can be told by their hash, where what is looked for is of the very same type. */
function comparedType(tree: SyntaxTree, list: Variable, value: Syntax): string | null {
  const [element = '', ...others] = typeArguments(list.type)
  if (!['vector', 'deque', 'list'].includes(templateOf(list.type)) || others.length > 0 || !isHashable(element) || value.kind !== 'identifier') return null
  const sought = variableOf(tree, value)
  if (sought === null || sought.isPointer) return null
  const walked = sought.type === 'auto' && sought.declaration.kind === 'for_range_loop' ? sought.declaration.field('right') : null
  const source = walked === null ? null : variableOf(tree, walked)
  const type = source === null ? sought.type : typeArguments(source.type)[0]
  return type === element ? element : null
}

const written = (type: string): string => (type === 'string' ? 'std::string' : type)

/** Searches in a vector that stays as it is become questions to a set that is built before the loop. */
export const membershipToSet: CppOperator = {
  name: 'membership-to-set',
  kind: 'rewrite',
  gain: 3,
  sites: (source) =>
    source.tree.all('binary_expression').flatMap((test): EditSite[] => {
      const { tree } = source
      const find = findOf(test)
      const list = find === null ? null : variableOf(tree, find.list)
      const header = included(tree, 'unordered_set')
      const type = find === null || list === null ? null : comparedType(tree, list, find.value)
      if (find === null || list === null || type === null || header === null) return []
      const loop = loopsAround(test).find((around) => isInBlock(around) && list.declaration.end <= around.start && list.mentions.every((mention) => !mention.isWithin(around) || isConstantUse(mention) || isPartOfFind(mention)))
      if (loop === undefined || mayBeReached(tree, list, loop)) return []
      return [siteAt(source, test, {
        variant: 'set',
        rationale: `looks \`${excerpt(test)}\` up in a set built once`,
        edits: () => {
          const name = freshName(tree.text, `${list.name}_set`)
          return [...header, before(tree, loop, [`const std::unordered_set<${written(type)}> ${name}(${list.name}.begin(), ${list.name}.end());`]), replaced(test, `${name}.count(${find.value.text()}) ${find.isFound ? '!=' : '=='} 0`)]
        },
      })]
    }),
}

/** A mention within the very form that `findOf` reads. */
function isPartOfFind(mention: Syntax): boolean {
  const test = mention.nearest('binary_expression')
  return test !== null && findOf(test) !== null && callOn(mention) !== null
}

/** `if (find(v, x) == end) v.push_back(x);` in a loop remembers what the vector holds in a set as well. */
export const trackGrownList: CppOperator = {
  name: 'track-grown-list',
  kind: 'rewrite',
  gain: 3,
  sites: (source) => source.tree.all('if_statement').flatMap((statement) => grownSite(source, statement)),
}

function onlyStatement(node: Syntax | null): Syntax | null {
  if (node?.kind !== 'compound_statement') return node
  const [first, ...others] = node.named
  return first === undefined || others.length > 0 ? null : first
}

function grownSite(source: CppSource, statement: Syntax): EditSite[] {
  const { tree } = source
  const find = findOf(statement.field('condition')?.named[0] ?? statement)
  const pushed = onlyStatement(statement.field('consequence'))
  const call = methodCall(pushed?.kind === 'expression_statement' ? (pushed.named[0] ?? null) : null)
  if (find === null || find.isFound || statement.field('alternative') !== null || call?.method !== 'push_back' || call.object.text() !== find.list.text() || call.values[0]?.text() !== find.value.text()) return []
  const list = variableOf(tree, find.list)
  const type = list === null ? null : comparedType(tree, list, find.value)
  const header = included(tree, 'unordered_set')
  const [loop] = loopsAround(statement)
  if (list === null || type === null || header === null || loop === undefined || list.declaration.kind !== 'declaration' || list.value !== null || list.isReference || list.declaration.parent !== loop.parent || !isInBlock(loop)) return []
  const isSame = (mention: Syntax): boolean => mention.isWithin(statement) || mention.start > loop.end || (mention.isWithin(loop) && callOn(mention)?.method === 'size') || callOn(mention)?.method === 'reserve'
  if (!list.mentions.every(isSame) || list.declaration.start > loop.start) return []
  return [siteAt(source, statement, {
    variant: 'grown',
    rationale: `remembers what \`${list.name}\` holds in a set beside it instead of looking through it every time`,
    edits: () => {
      const name = freshName(tree.text, `${list.name}_set`)
      return [...header, before(tree, loop, [`std::unordered_set<${written(type)}> ${name};`]), replaced(find.test, `${name}.insert(${find.value.text()}).second`)]
    },
  })]
}

/** `m.find(k) != m.end()` and then `m[k]` look twice for the same. Precondition: the branch does nothing with the map but that, also by another name, and the key stays what it is. */
export const findOnce: CppOperator = {
  name: 'find-once',
  kind: 'rewrite',
  sites: (source) =>
    source.tree.all('if_statement').flatMap((statement): EditSite[] => {
      const { tree } = source
      const test = statement.field('condition')?.named[0]
      const find = methodCall(test?.field('left') ?? null)
      const end = methodCall(test?.field('right') ?? null)
      const [key, ...others] = find?.values ?? []
      const branch = statement.field('consequence')
      if (test?.kind !== 'binary_expression' || test.field('operator')?.text() !== '!=' || find?.method !== 'find' || end?.method !== 'end' || end.object.text() !== find.object.text() || key?.kind !== 'identifier' || others.length > 0 || branch === null || !isInBlock(statement)) return []
      const [map, name] = [variableOf(tree, find.object), variableOf(tree, key)]
      const template = templateOf(map?.type ?? '')
      if (map === null || name === null || (template !== 'map' && template !== 'unordered_map') || tree.within(statement, 'lambda_expression').length > 0) return []
      const within = map.mentions.filter((mention) => mention.isWithin(branch))
      const isLookup = (mention: Syntax): boolean => mention.parent?.kind === 'subscript_expression' && mention.parent.field('argument') === mention && mention.parent.field('indices')?.text() === `[${key.text()}]`
      const isKept = name.mentions.every((mention) => !mention.isWithin(branch) || isConstantUse(mention) || mention.parent?.kind === 'subscript_argument_list')
      if (within.length === 0 || !within.every(isLookup) || !isKept || mayMove(tree, { map, key: name, branch })) return []
      return [siteAt(source, statement, {
        variant: 'once',
        rationale: `looks \`${key.text()}\` up in \`${map.name}\` once`,
        edits: () => {
          const found = freshName(tree.text, `${map.name}_place`)
          return [before(tree, statement, [`const auto ${found} = ${find.object.text()}.find(${key.text()});`]), replaced(test, `${found} != ${map.name}.end()`), ...within.map((mention) => replaced(mention.parent as Syntax, `${found}->second`))]
        },
      })]
    }),
}

interface Lookup {
  readonly map: Variable
  readonly key: Variable
  readonly branch: Syntax
}

/** Something in the branch may change the map by another name for it, or what the key stands for: then the second look would find something else. */
function mayMove(tree: SyntaxTree, { map, key, branch }: Lookup): boolean {
  const isOpen = map.isReference || map.mentions.some((mention) => mention.parent?.kind !== 'subscript_expression' && isGivenAway(tree, mention))
  const isKeyOpen = key.isReference || key.mentions.some((mention) => isGivenAway(tree, mention))
  const [, mapped] = typeArguments(map.type)
  // A type may have more than one name, and a structure any field: only a text is for sure no number.
  const isApart = key.type === 'string' && /^(?:int|unsigned|long|long long|double|float|bool|size_t)$/.test(mapped ?? '')
  const isEntry = (place: Syntax): boolean => place.kind === 'subscript_expression' ? place.field('argument')?.text() === map.name : (place.kind === 'field_expression' && place.children[1]?.text() === '.' && isEntry(place.field('argument') as Syntax))
  // A reference that is declared here may stand for anything that is declared here.
  const isLocalReference = isKeyOpen && key.declaration.kind === 'declaration'
  const isHarmless = (place: Syntax): boolean => (isEntry(place) ? !isKeyOpen || isApart : !isLocalReference && isOwn(tree, place))
  if (!isOpen && !isKeyOpen) return false
  if (hiddenCalls(tree, branch).length > 0) return true
  return !tree.within(branch, 'call_expression').every((call) => isQuietCall(tree, call)) || !writtenPlaces(tree, branch).every((place) => place !== null && isHarmless(place))
}

/** `v.insert(v.begin(), x)` in a loop moves all of it each time; a push, and turning it round once, does not. */
export const insertFrontToReverse: CppOperator = {
  name: 'insert-front-to-reverse',
  kind: 'rewrite',
  gain: 3,
  sites: (source) =>
    source.tree.all('call_expression').flatMap((node): EditSite[] => {
      const { tree } = source
      const call = methodCall(node)
      const begin = methodCall(call?.values[0] ?? null)
      const [loop] = loopsAround(node)
      if (call?.method !== 'insert' || call.values.length !== 2 || begin?.method !== 'begin' || begin.object.text() !== call.object.text() || node.parent?.kind !== 'expression_statement' || loop === undefined || isLeft(loop)) return []
      const list = variableOf(tree, call.object)
      const header = included(tree, 'algorithm')
      if (list === null || header === null || templateOf(list.type) !== 'vector' || list.value !== null || list.declaration.kind !== 'declaration' || list.isReference || list.declaration.parent !== loop.parent || list.declaration.start > loop.start) return []
      const isOver = (mention: Syntax): boolean => mention.isWithin(node) || mention.start > loop.end
      if (!list.mentions.every(isOver) || call.values[1]?.kind === 'initializer_list' || node.nearest('try_statement') !== null) return []
      return [siteAt(source, node, { variant: 'reverse', rationale: `appends to \`${list.name}\` and turns it round once`, edits: () => [...header, replaced(node, `${list.name}.push_back(${call.values[1]?.text()})`), after(tree, loop, [`std::reverse(${list.name}.begin(), ${list.name}.end());`])] })]
    }),
}

