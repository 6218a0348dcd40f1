import { callOf, is, isCallee, isName, wholeFunctionAround, type Family } from '../families.ts'
import { replaced, type Repair, type RepairContext, type RepairTemplate } from '../repair.ts'
import { roleOf, type Name } from '../scopes.ts'
import type { SyntaxNode } from '../syntax-tree.ts'
import { typeMatch } from '../value-type.ts'

const kindWeight: Readonly<Record<Name['kind'], number>> = { local: 1, loop: 1, parameter: 1, global: 0.25, function: 0.02 }

/** Where a name is declared there is nothing to repair. */
function isDeclared(context: RepairContext, node: SyntaxNode): boolean {
  return context.scopes.find(node.text, node)?.declared === node || is(node.parent, 'function')
}

/** A wrong variable: another one in scope, the more likely the more it is used and looks alike. */
export const variables: RepairTemplate = (context, node) => {
  if (!isName(node) || isCallee(node) || isDeclared(context, node)) return []
  const { scopes } = context
  const role = roleOf(node)
  const wanted = scopes.typeOf(node)
  const own = scopes.find(node.text, node)
  const others = [...new Map(scopes.at(node).map((name) => [name.text, name])).values()].filter((name) => name.text !== node.text && name.kind !== 'function')
  const weights = others.map((name) => kindWeight[name.kind] * typeMatch(wanted, name.type) * (role === 'written' || name.roles.has(role) ? 1 : 0.6))
  const total = weights.reduce((sum, weight) => sum + weight, 0.5)
  // A name that nobody declares cannot be right.
  const factor = own === undefined && role !== 'called' && !isGlobalLike(node.text) ? 3 : role === 'written' ? 0.5 : 1
  return others.map((name, index) => replaced('variable', node, name.text, (factor * (weights[index] as number)) / total))
}

function isGlobalLike(text: string): boolean {
  return /^[A-Z]/.test(text) || ['undefined', 'console', 'module', 'require', 'self', 'this', 'std', 'len', 'math'].includes(text)
}

type Groups = readonly (readonly string[])[]

const everywhere: Groups = [['min', 'max'], ['floor', 'ceil', 'round', 'trunc'], ['keys', 'values'], ['log', 'log2', 'log10'], ['pop', 'push'], ['sin', 'cos']]

/** Names that are taken for one another. */
const siblings: Readonly<Record<Family, Groups>> = {
  script: [
    ...everywhere, ['push', 'unshift'], ['pop', 'shift'], ['indexOf', 'lastIndexOf'], ['startsWith', 'endsWith'], ['toLowerCase', 'toUpperCase'], ['keys', 'values', 'entries'], ['some', 'every'], ['find', 'findLast', 'filter'], ['findIndex', 'findLastIndex'], ['filter', 'map'],
    ['slice', 'splice'], ['padStart', 'padEnd'], ['trim', 'trimStart', 'trimEnd'], ['add', 'delete'], ['has', 'get'], ['concat', 'push'], ['reduce', 'reduceRight'], ['sqrt', 'cbrt'], ['parseInt', 'parseFloat', 'Number'], ['replace', 'replaceAll'], ['match', 'matchAll'],
  ],
  python: [
    ...everywhere, ['lower', 'upper', 'swapcase', 'title', 'capitalize'], ['startswith', 'endswith'], ['append', 'extend', 'remove'], ['any', 'all'], ['isupper', 'islower', 'isalpha', 'isdigit', 'isalnum'], ['strip', 'lstrip', 'rstrip'], ['find', 'rfind'], ['index', 'rindex'],
    ['split', 'rsplit'], ['sorted', 'reversed', 'list', 'set'], ['sum', 'len', 'max'], ['items', 'keys', 'values'], ['int', 'float', 'round'], ['str', 'repr'], ['ljust', 'rjust'], ['ord', 'chr'], ['popleft', 'pop'], ['appendleft', 'append'], ['add', 'discard'],
  ],
  cpp: [
    ...everywhere, ['push_back', 'push_front', 'emplace_back'], ['pop_back', 'pop_front'], ['front', 'back'], ['begin', 'rbegin', 'end'], ['tolower', 'toupper'], ['islower', 'isupper', 'isdigit', 'isalpha', 'isalnum'], ['lower_bound', 'upper_bound'], ['min_element', 'max_element'], ['fmin', 'fmax'], ['size', 'length'], ['find', 'rfind'],
  ],
}

/** A wrong method or function: a well-known sibling, or another function that the file declares or calls. */
export const calledNames: RepairTemplate = (context, node) => {
  const call = callOf(node)
  if (call === null) return []
  const found: Repair[] = []
  const related = siblings[context.family].flatMap((group) => (group.includes(call.name.text) ? group.filter((name) => name !== call.name.text) : []))
  for (const name of new Set(related)) found.push(replaced('method', call.name, name, 1 / related.length))
  const around = wholeFunctionAround(node)
  const others = new Set<string>()
  for (const other of context.nodes) {
    const made = callOf(other)
    if (made === null || (made.receiver === null) !== (call.receiver === null)) continue
    if (made.name.text !== call.name.text && around.start <= other.start && other.end <= around.end) others.add(made.name.text)
  }
  if (call.receiver === null) for (const name of context.scopes.at(node)) if (name.kind === 'function' && name.text !== call.name.text) others.add(name.text)
  const fresh = [...others].filter((name) => !related.includes(name) && !name.includes('\n') && name.length < 40)
  for (const name of fresh) found.push(replaced('function', call.name, name, 1 / (fresh.length + 1)))
  return found
}

/** A wrong property: another one that the function reads. */
export const properties: RepairTemplate = (context, node) => {
  if (!is(node, 'member') || isCallee(node)) return []
  const last = node.children.at(-1)
  if (last === undefined) return []
  const around = wholeFunctionAround(node)
  const others = new Set(context.nodes.flatMap((other) => (is(other, 'member') && !isCallee(other) && around.start <= other.start && other.end <= around.end ? [other.children.at(-1)?.text ?? ''] : [])))
  others.delete(last.text)
  return [...others].filter((name) => /^\w+$/.test(name)).map((name) => replaced('function', last, name, 0.5 / others.size))
}
