import type { SgNode } from '@ast-grep/napi'
import { argumentsOf, isFunction, isNode } from '../../../genetic-proposer/analysis/nodes.ts'
import type { BuiltinFlow } from './builtin-flow.ts'
import { parametersOf } from './called-functions.ts'
import { propertyOf, stepping, taking, type Path, type Step } from './value-path.ts'

/** Methods of lists and maps that give what lies in them, lists of it, and neither. */
const elements = /^(?:find|findLast|at|pop|shift|get|next|reduce|reduceRight|with|value)$/
const collections = /^(?:filter|slice|splice|concat|reverse|sort|toSorted|toReversed|toSpliced|values|entries|flat|fill|copyWithin|take|drop|toArray|next|union|with|catch|finally|valueOf)$/
const keeping = /^(?:push|unshift|add|set|fill|splice|concat|append|prepend)$/
/** Functions that give back what they are handed, and that make lists of it. */
const identities = /^(?:Object\s*\.\s*(?:freeze|seal|preventExtensions|assign|defineProperty|defineProperties|setPrototypeOf|create)|Object|Promise\s*\.\s*(?:resolve|all|race|any|allSettled)|Array\s*\.\s*from|Set|WeakSet|Iterator\s*\.\s*from|Proxy|Reflect\s*\.\s*construct)$/
const listing = /^(?:Array\s*\.\s*of|Array)$/
/** Call what they are handed with the rest of what they are handed. */
const errors = /Error$/

/** `object.name` or `object[index]`: what is taken from it, and methods that are called on it. */
export function flowThroughMember(flow: BuiltinFlow, parent: SgNode, { node, path, isDirect }: { readonly node: SgNode; readonly path: Path; readonly isDirect: boolean }): void {
  if (!isNode(parent.field('object'), node)) return
  const name = propertyOf(parent)
  const around = parent.parent()
  const call = around !== null && isNode(around.field('function'), parent) ? around : null
  if (call !== null && name !== null && isMethod(flow, { call, name, path })) return
  const rest = taking(path, name)
  if (rest !== null) flow.visit(parent, rest, isDirect)
}

/** What the language's own methods do with what lies in the object; false where it may be any other method. */
function isMethod(flow: BuiltinFlow, { call, name, path }: { readonly call: SgNode; readonly name: string; readonly path: Path }): boolean {
  const [first] = path
  const [callback] = argumentsOf(call)
  if (first === '()' && /^(?:call|apply)$/.test(name)) {
    flow.visit(call, path.slice(1))
    return true
  }
  if (first === '()' && name === 'bind') {
    flow.visit(call, path)
    return true
  }
  if (name === 'then' && callback !== undefined) {
    for (const holder of flow.called.of(callback)) flow.handed(holder, 0, path)
    return true
  }
  const rest = stepping(path, '*')
  if (rest === null || (first !== '*' && first !== '...')) return false
  for (const [index, value] of argumentsOf(call).entries()) if (index === 0 || isFunction(value)) for (const holder of flow.called.of(value)) for (const place of parametersOf(holder).keys()) flow.handed(holder, place, place > 1 ? path : rest)
  if (elements.test(name)) flow.visit(call, rest)
  if (collections.test(name)) flow.visit(call, path)
  if (name === 'flat' && path[1] === '*') flow.visit(call, rest)
  return first === '*'
}

/** A value among the arguments of a call: handed to functions of this file, kept by lists, given back. */
export function flowThroughCall(flow: BuiltinFlow, { holder, node, path }: { readonly holder: SgNode; readonly node: SgNode; readonly path: Path }): void {
  const call = holder.parent()
  const callee = call?.field('function') ?? call?.field('constructor') ?? null
  if (call === null || callee === null) return
  const values = argumentsOf(call)
  if (!flow.looksAt(values)) return
  const index = values.findIndex((value) => isNode(value, node))
  const name = propertyOfCallee(callee)
  const isGiven = name === 'call' || name === 'bind'
  const own = flow.called.of(callee)
  for (const found of own) {
    if ((isGiven || name === 'apply') && index === 0) flow.handedAsThis(found, path)
    if (name === 'apply' || node.kind() === 'spread_element') for (const place of parametersOf(found).keys()) flow.handed(found, place, name === 'apply' ? (stepping(path, '*') ?? path) : path)
    else flow.handed(found, isGiven ? index - 1 : index, path)
  }
  if (own.length === 0) beside(flow, { values, node, path })
  if (own.length === 0 && name === 'next') flow.givenToYields(path)
  const promise = own.length === 0 ? flow.called.promiseOf(callee) : null
  if (promise !== null) flow.visit(promise, path)
  givenBack(flow, { call, callee, index, path })
  // `map.set(key, value)`: what it is kept by is not what it gives.
  const isKey = name === 'set' && index === 0 && values.length > 1
  if (name !== null && keeping.test(name)) flow.into(callee.field('object') as SgNode, isKey ? ['.keys', '()', '*', ...path] : ['*', ...path])
}

function propertyOfCallee(callee: SgNode): string | null {
  return callee.kind() === 'member_expression' || callee.kind() === 'subscript_expression' ? propertyOf(callee) : null
}

/** Functions written beside the value may be called with it: `setTimeout(f, 0, Date)`. Classes of errors are handed over to be told apart. */
function beside(flow: BuiltinFlow, { values, node, path }: { readonly values: readonly SgNode[]; readonly node: SgNode; readonly path: Path }): void {
  if (errors.test(node.text()) || isFunction(node)) return
  for (const value of values) {
    if (isNode(value, node) || !isFunction(value)) continue
    for (const place of parametersOf(value).keys()) for (const given of [path, stepping(path, '*')]) if (given !== null) flow.handed(value, place, given)
  }
}

function givenBack(flow: BuiltinFlow, { call, callee, index, path }: { readonly call: SgNode; readonly callee: SgNode; readonly index: number; readonly path: Path }): void {
  const text = callee.text()
  const name = propertyOfCallee(callee)
  const rest = path[0] === '...' ? path : path.slice(1)
  if (identities.test(text) && (index === 0 || path.length > 0)) {
    // What is made of a prototype has a place of its own for what is stored to it.
    flow.visit(call, path.length === 0 && text.endsWith('create') ? ['.prototype'] : path)
    const [target] = argumentsOf(call)
    if (text.endsWith('assign') && index > 0 && target !== undefined) flow.into(target, path)
  }
  const got = /^Reflect\s*\.\s*get$/.test(text) && index === 0 ? stepping(path, '*') : null
  if (got !== null) flow.visit(call, got)
  if (/^Reflect\s*\.\s*apply$/.test(text) && index === 1) for (const value of argumentsOf(call).slice(0, 1)) for (const holder of flow.called.of(value)) flow.handedAsThis(holder, path)
  if (listing.test(text)) flow.visit(call, ['*', ...path])
  if (/^(?:Map|WeakMap)$/.test(text) && path[0] === '*') flow.visit(call, rest)
  if (/^Object\s*\.\s*(?:values|fromEntries|getOwnPropertyDescriptor)$/.test(text) && path.length > 0) flow.visit(call, ['*', ...(text.endsWith('fromEntries') ? path.slice(2) : rest)] as readonly Step[])
  if (/^Object\s*\.\s*entries$/.test(text) && path.length > 0) flow.visit(call, ['*', '*', ...rest])
  // A function that gives a built-in, called by a method of a list or a promise.
  if (path[0] === '()' && (name === 'map' || name === 'flatMap' || name === 'from')) flow.visit(call, name === 'flatMap' ? rest : ['*', ...rest])
  if (path[0] === '()' && (name === 'then' || name === 'reduce' || name === 'catch')) flow.visit(call, rest)
}
