import type { SgNode } from '@ast-grep/napi'
import { namedChildren } from '../../genetic-proposer/analysis/nodes.ts'

const giving = ['return_statement', 'yield', 'lambda', 'list', 'tuple', 'set', 'pair', 'argument_list', 'keyword_argument', 'conditional_expression', 'boolean_operator', 'expression_list', 'dictionary_splat', 'list_splat', 'assignment', 'default_parameter', 'parenthesized_expression']
/** Functions that take a module to look at it. */
const looking = /^(?:hasattr|getattr|dir|vars|help|id|repr|str|type|isinstance|callable|print|inspect\.\w+|importlib\.reload|setattr|delattr|\w*\.?patch\.object|monkeypatch\.\w+)$/
/** Names that lead to names; further than anybody means to be followed. */
const mostRounds = 8
const mostNames = 500

/** Names through which a module may have come: functions that give it, what is made of it, fields that keep it, parameters that are handed it. */
export function handedNames(root: SgNode, modules: string): ReadonlySet<string> {
  const found = new Set<string>()
  const imported = new Set(root.findAll({ rule: { any: [{ kind: 'import_statement' }, { kind: 'import_from_statement' }] } }).flatMap((statement) => statement.text().match(/\w+/g) ?? []))
  const seeds = root.findAll({ rule: { kind: 'identifier', regex: `^(?:${modules})$`, inside: { any: giving.map((kind) => ({ kind })) } } }).filter((seed) => imported.has(seed.text()) && isValue(seed))
  for (const seed of seeds) for (const name of holdersOf(seed)) found.add(name)
  for (let round = 0, before = -1; found.size > 0 && found.size > before && found.size < mostNames && round < mostRounds; round++) {
    before = found.size
    for (const mention of root.findAll({ rule: { kind: 'identifier', regex: `^(?:${[...found].join('|')})$` } })) for (const name of holdersOf(mention)) found.add(name)
  }
  return found
}

function isValue(seed: SgNode): boolean {
  const parent = seed.parent()
  if (parent?.kind() === 'argument_list') return !looking.test(parent.parent()?.field('function')?.text() ?? '')
  return parent?.kind() !== 'assignment' || parent.field('right')?.id() === seed.id()
}

/** What keeps, gives or is handed a value that stands here. */
function holdersOf(value: SgNode): readonly string[] {
  const names: string[] = []
  for (const around of value.ancestors()) {
    switch (String(around.kind())) {
      case 'assignment':
      case 'named_expression':
      case 'for_statement':
      case 'for_in_clause': {
        const left = around.field('left') ?? around.field('name')
        return left === null || contains(left, value) ? names : [...names, ...namesIn(left)]
      }
      case 'default_parameter':
      case 'typed_default_parameter':
        return [...names, around.field('name')?.text() ?? '']
      case 'return_statement':
      case 'yield':
        return [...names, nameAround(around)]
      case 'argument_list':
        names.push(...parametersOf(around, value), ...keepersOf(around))
        break
      case 'if_statement':
      case 'while_statement':
      case 'expression_statement':
      case 'block':
      case 'module':
      case 'comparison_operator':
        return names
    }
  }
  return names
}

/** The last name of each place: `self.clock` is known as `clock`. */
function namesIn(left: SgNode): readonly string[] {
  if (left.kind() === 'identifier') return [left.text()]
  if (left.kind() === 'attribute') return [left.field('attribute')?.text() ?? '']
  if (left.kind() === 'subscript') return namesIn(left.field('value') ?? left.child(0) ?? left).slice(0, 1)
  return namedChildren(left).flatMap(namesIn)
}

/** The function, and the class, in which something is returned. */
function nameAround(place: SgNode): string {
  return place.ancestors().find((around) => around.kind() === 'function_definition')?.field('name')?.text() ?? ''
}

/** `held.append(value)`: the list holds it from now on. */
function keepersOf(list: SgNode): readonly string[] {
  const callee = list.parent()?.field('function') ?? null
  const object = callee?.kind() === 'attribute' && /^(?:append|appendleft|add|insert|extend|setdefault|update|put)$/.test(callee.field('attribute')?.text() ?? '') ? callee.field('object') : null
  return object === null ? [] : namesIn(object)
}

/** Parameters of functions of this file, or of a lambda, that are called with it. */
function parametersOf(list: SgNode, value: SgNode): readonly string[] {
  const callee = list.parent()?.field('function')
  const name = /(\w+)\)*$/.exec(callee?.text() ?? '')?.[1]
  const index = namedChildren(list).findIndex((argument) => contains(argument, value))
  const root = list.ancestors().at(-1)
  const definitions = callee?.kind() === 'parenthesized_expression' ? callee.findAll({ rule: { kind: 'lambda' } }) : name === undefined || root === undefined ? [] : root.findAll({ rule: { kind: 'function_definition', has: { field: 'name', regex: `^${name}$` } } })
  return definitions.flatMap((definition) => {
    const parameters = namedChildren(definition.field('parameters')).map((parameter) => /\w+/.exec(parameter.text())?.[0] ?? '').filter((parameter) => parameter !== 'self' && parameter !== 'cls')
    return parameters.slice(Math.max(0, index), index + 1)
  })
}

function contains(outer: SgNode, inner: SgNode): boolean {
  const [a, b] = [outer.range(), inner.range()]
  return a.start.index <= b.start.index && b.end.index <= a.end.index
}

/** Whether a place belongs to what came through such a name, or to a module that stands in it as a part of something else: `f().time`, `[time][0].time`, `(a or time).time`. */
export function isHandedModule(found: SgNode, { names, modules }: { readonly names: ReadonlySet<string>; readonly modules: string }): boolean {
  const object = found.kind() === 'attribute' ? found.field('object') : found
  if (object === null) return false
  const words = object.text().match(/\b[A-Za-z_]\w*/g) ?? []
  if (object.kind() !== 'identifier' && object.kind() !== 'attribute' && words.some((word) => new RegExp(`^(?:${modules})$`).test(word)) && /[[(]/.test(object.text()) && !/^[\w.]+\(/.test(object.text())) return true
  return words.some((word) => names.has(word))
}
