import type { SgNode } from '@ast-grep/napi'
import { isWithin, namedChildren, upwards } from '../../genetic-proposer/analysis/nodes.ts'
import { Steps } from '../steps.ts'

const giving = ['return_statement', 'yield', 'lambda', 'list', 'tuple', 'set', 'pair', 'argument_list', 'keyword_argument', 'conditional_expression', 'boolean_operator', 'expression_list', 'dictionary_splat', 'list_splat', 'assignment', 'default_parameter', 'parenthesized_expression', 'as_pattern', 'match_statement']
/** Functions that take a module to look at it. */
const looking = /^(?:hasattr|getattr|dir|vars|help|id|repr|str|type|isinstance|callable|print|inspect\.\w+|importlib\.reload|setattr|delattr|\w*\.?patch\.object|monkeypatch\.\w+)$/
/** More names than anybody means to be followed, and more nodes than are looked at in good time: then every store is asked about. */
const mostNames = 500
const mostSteps = 20_000

/** Names through which a module may have come; `isOver` where there are too many to be followed. */
export interface HandedNames {
  readonly names: ReadonlySet<string>
  readonly isOver: boolean
}

interface Callable {
  readonly name: string
  readonly definition: SgNode
}

/** What a file calls by which name, looked up once. */
interface Definitions {
  readonly byName: ReadonlyMap<string, readonly Callable[]>
  readonly steps: Steps
}

/** Names through which a module may have come: functions that give it, what is made of it, fields that keep it, parameters that are handed it. */
export function handedNames(root: SgNode, modules: string): HandedNames {
  const names = new Set<string>()
  const seeds = seedsOf(root, modules)
  if (seeds.length === 0) return { names, isOver: false }
  const steps = new Steps(mostSteps)
  const definitions: Definitions = { byName: Map.groupBy(root.findAll({ rule: { kind: 'function_definition' } }).flatMap(callable), ({ name }) => name), steps }
  const mentions = Map.groupBy(root.findAll({ rule: { kind: 'identifier' } }), (found) => found.text())
  const open = [...seeds]
  for (let value = open.pop(); value !== undefined && !steps.isOver; value = open.pop()) {
    for (const name of holdersOf(value, definitions)) {
      if (name === '' || names.has(name)) continue
      names.add(name)
      for (const mention of mentions.get(name) ?? []) open.push(mention)
    }
    if (names.size > mostNames) steps.exhaust()
  }
  return { names, isOver: steps.isOver }
}

function seedsOf(root: SgNode, modules: string): readonly SgNode[] {
  const statements = root.findAll({ rule: { any: [{ kind: 'import_statement' }, { kind: 'import_from_statement' }] } }).map((statement) => statement.text())
  const imported = new Set(statements.flatMap((text) => text.match(/\w+/g) ?? []))
  const aliases = statements.flatMap((text) => [...text.matchAll(new RegExp(`\\b(?:${modules})(?:\\.\\w+)*\\s+as\\s+(\\w+)`, 'g'))].flatMap(([, alias]) => alias ?? []))
  const regex = `^(?:${[modules, ...new Set(aliases)].join('|')})$`
  return root.findAll({ rule: { kind: 'identifier', regex, inside: { any: giving.map((kind) => ({ kind })) } } }).filter((seed) => imported.has(seed.text()) && isValue(seed))
}

/** By its own name; what makes an object of a class by the name of the class as well. */
function callable(definition: SgNode): readonly Callable[] {
  const name = definition.field('name')?.text() ?? ''
  const owner = name === '__init__' || name === '__new__' ? definition.ancestors().find((around) => around.kind() === 'class_definition') : undefined
  return [{ name, definition }, ...(owner === undefined ? [] : [{ name: owner.field('name')?.text() ?? '', definition }])]
}

function isValue(seed: SgNode): boolean {
  const parent = seed.parent()
  if (parent?.kind() === 'argument_list') return !looking.test(parent.parent()?.field('function')?.text() ?? '')
  return parent?.kind() !== 'assignment' || parent.field('right')?.id() === seed.id()
}

/** What keeps, gives or is handed a value that stands here. */
function holdersOf(value: SgNode, definitions: Definitions): readonly string[] {
  const names: string[] = []
  for (const around of upwards(value)) {
    if (!definitions.steps.take()) return names
    switch (String(around.kind())) {
      case 'assignment':
      case 'named_expression':
      case 'for_statement':
      case 'for_in_clause': {
        const left = around.field('left') ?? around.field('name')
        return left === null || isWithin(value, left) ? names : [...names, ...namesIn(left)]
      }
      case 'default_parameter':
      case 'typed_default_parameter':
        return [...names, around.field('name')?.text() ?? '']
      case 'as_pattern':
        names.push(...namedChildren(around).slice(1).flatMap(namesIn))
        break
      case 'match_statement':
        return [...names, ...around.findAll({ rule: { kind: 'case_pattern' } }).flatMap((pattern) => pattern.text().match(/\w+/g) ?? [])]
      case 'return_statement':
      case 'yield':
        return [...names, nameAround(around)]
      case 'argument_list':
        names.push(...parametersOf(around, value, definitions), ...keepersOf(around))
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
function parametersOf(list: SgNode, value: SgNode, { byName, steps }: Definitions): readonly string[] {
  const callee = list.parent()?.field('function')
  const name = /(\w+)\)*$/.exec(callee?.text() ?? '')?.[1]
  const values = namedChildren(list)
  if (!steps.take(values.length)) return []
  const index = values.findIndex((argument) => isWithin(value, argument))
  const own = callee?.kind() === 'parenthesized_expression' ? callee.findAll({ rule: { kind: 'lambda' } }) : definitionsOf(name, byName)
  // Handed to what is not of this file, functions beside it may be called with it: `map(put, [time])`.
  const beside = own.length > 0 ? [] : values.flatMap((value, at) => (at === index ? [] : value.kind() === 'lambda' ? [value] : value.kind() === 'identifier' ? definitionsOf(value.text(), byName) : []))
  if (!steps.take(own.length + beside.length)) return []
  return [...own.flatMap((definition) => receiving(parametersIn(definition), { argument: values[index], index })), ...beside.flatMap(parametersIn)]
}

function definitionsOf(name: string | undefined, byName: Definitions['byName']): readonly SgNode[] {
  return (byName.get(name ?? '') ?? []).map(({ definition }) => definition)
}

function parametersIn(definition: SgNode): readonly string[] {
  return namedChildren(definition.field('parameters')).map((parameter) => /\w+/.exec(parameter.text())?.[0] ?? '').filter((parameter) => parameter !== 'self' && parameter !== 'cls')
}

/** By its name, by its place, or any of them where a list is spread. */
function receiving(parameters: readonly string[], { argument, index }: { readonly argument: SgNode | undefined; readonly index: number }): readonly string[] {
  const kind = argument?.kind()
  if (kind === 'list_splat' || kind === 'dictionary_splat') return parameters
  const named = kind === 'keyword_argument' ? parameters.filter((parameter) => parameter === argument?.field('name')?.text()) : []
  if (named.length > 0) return named
  const placed = parameters.slice(Math.max(0, index), index + 1)
  // What takes all the rest comes last.
  return placed.length > 0 ? placed : parameters.slice(-1)
}

/** Whether a place belongs to what came through such a name, or to a module that stands in it as a part of something else: `f().time`, `[time][0].time`, `(a or time).time`. */
export function isHandedModule(found: SgNode, { handed, modules }: { readonly handed: HandedNames; readonly modules: string }): boolean {
  const object = found.kind() === 'attribute' ? found.field('object') : found
  if (object === null) return false
  if (handed.isOver) return true
  const text = object.text()
  const words = text.match(/\b[A-Za-z_]\w*/g) ?? []
  const module = new RegExp(`^(?:${modules})$`)
  if (object.kind() !== 'identifier' && object.kind() !== 'attribute' && words.some((word) => module.test(word)) && /[[(]/.test(text) && !/^[\w.]+\(/.test(text)) return true
  return words.some((word) => handed.names.has(word))
}
