import { builtinModules } from 'node:module'
import type { SgNode } from '@ast-grep/napi'
import { isNode } from '../../genetic-proposer/analysis/nodes.ts'
import type { Names } from '../names.ts'
import { rootText } from '../root-text.ts'
import { BuiltinFlow } from './flow/builtin-flow.ts'
import { isOwnValue } from './own-names.ts'
import { builtins, clocks, judges } from './patched-globals.ts'
import { mayChange, storedPlaces } from './stored-places.ts'
import type { Dialect, Rule } from './syntax.ts'

const known = `${builtins}|${clocks}|${judges}`
const globals = '(?:globalThis|global|window|self)'
/** Handed on from where it stands, behind a comment and on a line of its own as well: not called, not constructed, not asked for what it has or is. */
const handing = (names: string): RegExp => new RegExp(`(?:^[ \\t(]*|(?:[=(\\[,:?{|&>/]|\\b(?:return|yield|throw|await|of|in|default|case)\\b)[\\s(]*)(?:${globals}\\b[\\s)!?]*[.\\[][\\s"'\`\\[]*)?(?:${names})\\b(?!\\s*(?:\\(|\\??\\.(?!\\s*prototype\\b)))`, 'm')
const handed = handing(known)
/** `globalThis.Date`: no name to the grammar. */
const globalMember: Rule = { any: [{ kind: 'member_expression' }, { kind: 'subscript_expression' }], regex: `^${globals}[\\s)!?]*[.\\[][\\s"'\`\\[]*(?:${known})["'\`\\s\\]]*$` }
const mention = (names: string): Rule => ({ any: [{ kind: 'identifier' }, { kind: 'shorthand_property_identifier' }], regex: `^(?:${names})$` })
/** Modules of Node and of test tools: what holds in the whole process, or judges. */
const shared = `(?:node:[\\w/]+|${builtinModules.filter((name) => /^\w+$/.test(name)).join('|')}|assert/strict|fs/promises|timers/promises|chai|vitest|@jest/globals|expect|sinon)`
const imported = new RegExp(`\\bimport\\s+(?!type\\b)([^'";()]*?)\\s*from\\s*["']${shared}["']`, 'g')
const required = new RegExp(`\\brequire\\s*\\(\\s*["'\`]${shared}["'\`]\\s*\\)`)
/** Of an object of one's own that a method writes to; nearly all stores are, unless somebody says what `this` is. */
const toItself = /^this\s*\.\s*#?\w+$/
const sayingThis = /\b(?:call|apply|bind)\b/

/** Names of such modules, and of what is taken from them, that are handed on somewhere. */
function foreignNames(text: string): readonly string[] {
  const names = [...text.matchAll(imported)].flatMap(([, clause = '']) => clause.split(',').map((part) => /(\w+)[\s}]*$/.exec(part)?.[1] ?? ''))
  return names.filter((name) => name !== '' && handing(name).test(text))
}

/** Everything that begins a way: what is handed on, and modules that are loaded. */
function seedsOf(names: Names): readonly SgNode[] {
  const text = rootText(names.root)
  const mentions = names.root.findAll({ rule: mention(known) }).filter((found) => !isCalled(found, text))
  // Too many to ask of each what stands around it.
  if (mentions.length > mostMentions) return mentions
  const builtin = mentions.filter((found) => isPassedOn(found) && !isOwnValue(found, names))
  const ofGlobal = new RegExp(`\\b${globals}\\b`).test(text) ? names.root.findAll({ rule: globalMember }).filter(isPassedOn) : []
  const foreign = foreignNames(text)
  const modules = foreign.length === 0 ? [] : names.root.findAll({ rule: mention(foreign.join('|')) }).filter((found) => isPassedOn(found) && names.resolve(found)?.kind !== 'parameter')
  const loaded = required.test(text) ? names.root.findAll({ rule: { kind: 'call_expression', regex: `^require\\s*\\(\\s*["'\`]${shared}` } }) : []
  return [...builtin, ...ofGlobal, ...modules, ...loaded]
}

function isHanding(text: string): boolean {
  return handed.test(text) || required.test(text) || foreignNames(text).length > 0
}

export interface HandedOn {
  /** True where something may be stored to what was handed on. */
  mayStore(root: SgNode): boolean
  /** Whether a place belongs to a built-in that came there from elsewhere in the file, or an argument is one. */
  isStoredTo(found: SgNode, names: Names): boolean
}

/** Built-ins that functions, generators, lists, fields and parameters hand on within a file: `const give = () => Date` with `give().now = ...`. */
export function handedOn(dialect: Dialect): HandedOn {
  const flows = new WeakMap<SgNode, BuiltinFlow>()
  const flowOf = (names: Names): BuiltinFlow => {
    const flow = flows.get(names.root) ?? new BuiltinFlow(names, { seeds: seedsOf(names), dialect })
    flows.set(names.root, flow)
    return flow
  }
  return {
    mayStore: (root) => (mayChange(root) || storedPlaces(root).some((text) => /[.[]/.test(text) && (!toItself.test(text) || sayingThis.test(rootText(root))))) && isHanding(rootText(root)),
    isStoredTo: (found, names) => {
      const isArgument = found.parent()?.kind() === 'arguments'
      const object = isArgument ? found : found.field('object')
      return object !== null && !isHarmless(found) && flowOf(names).reaches(object)
    },
  }
}

/** How many lines of a stack errors keep. */
function isHarmless(found: SgNode): boolean {
  return found.kind() === 'member_expression' && found.field('property')?.text() === 'stackTraceLimit'
}

const mostMentions = 600

/** By the text alone: `Date.now()`, `new Date()`, `Math.max`. */
function isCalled(found: SgNode, text: string): boolean {
  return /^\s*(?:\(|\.(?!\s*prototype\b)\s*\w)/.test(text.slice(found.range().end.index, found.range().end.index + 40))
}

/** Most mentions call a built-in, construct it or ask it for something. */
function isPassedOn(found: SgNode): boolean {
  const parent = found.parent()
  switch (String(parent?.kind())) {
    case 'call_expression':
      return false
    case 'new_expression':
      return !isNode(parent?.field('constructor'), found)
    case 'member_expression':
      return parent?.field('property')?.text() === 'prototype'
    default:
      return true
  }
}
