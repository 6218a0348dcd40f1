import { denied, needsApproval, type CodeRule } from '../code-rule.ts'
import { insideAny } from '../relations.ts'
import { rootText } from '../root-text.ts'
import { isOnlyCompared } from './compared-names.ts'
import { isOwnStore } from './own-names.ts'
import { isTypeForPackage } from './package-schema.ts'
import { mayStore } from './stored-places.ts'
import { firstArgument, storedTo, type Rule } from './syntax.ts'

export const clocks = 'Date|performance|setTimeout|setInterval|setImmediate|clearTimeout|clearInterval|clearImmediate|queueMicrotask|Math|crypto|hrtime|Temporal'
export const judges = 'assert|expect|describe|chai|jest|vi|sinon|should|console'
export const builtins =
  'Object|Array|String|Number|Boolean|Symbol|Function|Promise|Map|Set|WeakMap|WeakSet|WeakRef|RegExp|Error|EvalError|TypeError|RangeError|SyntaxError|ReferenceError|Reflect|Proxy|JSON|Intl|BigInt|ArrayBuffer|SharedArrayBuffer|DataView|Buffer|Iterator|Atomics|' +
  'structuredClone|fetch|URL|URLSearchParams|TextEncoder|TextDecoder|AbortController|AbortSignal|EventEmitter|process|Int8Array|Uint8Array|Uint8ClampedArray|Int16Array|Uint16Array|Int32Array|Uint32Array|Float32Array|Float64Array|BigInt64Array|BigUint64Array|parseInt|parseFloat|isNaN'

/** The text of a place that belongs to one of these: `Date.now`, `(Date as any)['now']`, `globalThis.Date.now`. */
const place = (names: string): string => `^[\\s(0,]*(?:(?:globalThis|global|window|self)[\\s)!?]*[.\\[][\\s"'\`]*)?(?:${names})\\b`

const defining = 'defineProperty|defineProperties|setPrototypeOf'
export const changers = `^Object\\s*\\??\\.\\s*(?:${defining}|assign)$|^Reflect\\s*\\??\\.\\s*(?:${defining}|assign|set|deleteProperty)$|^(?:${defining})$`
/** Anything that begins with such a name, for texts of places: wider than the rules' own expressions. */
const beginsWith = (names: string): RegExp => new RegExp(`^[\\s(0,]*(?:(?:globalThis|global|window|self)\\b[^]*\\b)?(?:${names})\\b|\\bhrtime\\b`)
const [clockPlace, judgePlace, builtinPlace] = [clocks, `${judges}|it|test`, `${builtins}|console`].map(beginsWith) as [RegExp, RegExp, RegExp]
const globalPlace = /^[\s(]*(?:globalThis|global)\b/
const legacyChangers: Rule = { kind: 'member_expression', has: { field: 'property', regex: '^__(?:defineGetter|defineSetter)__$' } }

/** From such a name to the dot or bracket behind it, through brackets, casts and comments. */
const on = '(?:[\\s)!?"\'`\\]]|/\\*[^*]*\\*/|as\\s+\\w+)*[.\\[]'

/** The object itself or its prototype as an argument; `Object.create(null)` is neither. */
const object = (names: string): string => `^[\\s(]*(?:(?:globalThis|global)\\s*\\.\\s*)?(?:${names})[\\s)]*(?:\\.\\s*prototype|\\[\\s*["'\`]prototype["'\`]\\s*\\])?(?:\\s+as\\s+\\w+)?[\\s)]*$`

/** A name that is not merely called, constructed, or asked for the result of one of its methods: nearly all uses of built-in objects are. */
const notCalled = (names: string): RegExp => new RegExp(`\\b(?:${names})\\b(?!\\s*(?:\\(|\\.\\s*\\w+\\s*\\())|defineProp|setPrototypeOf|\\bReflect\\b|\\bassign\\b`)
/** `it` and `test` are words of many texts: only where something may be stored to them. */
const storesTest = String.raw`\b(?:it|test)\b\s*(?:[-+*/%&|^<>?=,\]}]|of\b|in\b)|(?:\+\+|--|\bdelete\b)\s*(?:\/|[(\s]*(?:it|test)\b)`
/** What a method returns is somebody's own object. */
const returned = '^\\w+\\s*\\.\\s*\\w+\\s*\\('
const stored = (regex: string): Rule => ({ all: [storedTo(regex), { not: { regex: returned } }] })

/** The prototype of a built-in, or of any object, in whatever words the rule knows. */
const sharedPrototype = new RegExp(`\\b(?:${builtins}|Date|Math)\\b\\s*(?:\\.\\s*prototype|\\[)|__proto__|getPrototypeOf`)

/** Code that changes what everybody else's code does, the tests' and the clock's included. */
export const patchedGlobals: readonly CodeRule[] = [
  denied({
    id: 'patches-clock-or-randomness',
    words: [],
    mark: notCalled(clocks),
    mayMatch: (root) => mayStore(root, clockPlace),
    rule: {
      any: [
        stored(`${place(clocks)}${on}|^[\\s(]*(?:globalThis|global)\\b.*\\b(?:${clocks})["'\`\\]]*$|\\bhrtime\\s*[.\\[]`),
        storedTo(`^(?:${clocks})$`, ['identifier']),
        firstArgument(changers, object(clocks)),
      ],
    },
    spares: isOwnStore,
    message: 'replaces a clock, a timer or a source of randomness',
  }),
  denied({
    id: 'patches-assertions',
    words: ['extend', 'addSnapshotSerializer', 'addEqualityTesters'],
    mark: new RegExp(`${notCalled(judges).source}|${storesTest}`),
    mayMatch: (root) => mayStore(root, judgePlace) || (/\bexpect\b/.test(rootText(root)) && /\b(?:extend|addSnapshotSerializer|addEqualityTesters)\b/.test(rootText(root))),
    rule: {
      any: [
        stored(`${place('assert|expect|describe|chai|jest|vi|sinon|should')}${on}`),
        storedTo('^(?:expect|assert|describe|test|it)$', ['identifier']),
        firstArgument(changers, object(judges)),
        { kind: 'member_expression', regex: '^expect\\s*\\.\\s*(?:extend|addSnapshotSerializer|addEqualityTesters)$' },
      ],
    },
    spares: isOwnStore,
    message: 'changes an assertion library',
  }),
  denied({
    id: 'patches-builtin',
    words: [],
    mark: notCalled(`${builtins}|console`),
    mayMatch: (root) => mayStore(root, builtinPlace),
    rule: {
      any: [
        { all: [stored(`${place(`${builtins}|console`)}${on}`), { not: { regex: '^Error\\s*\\.\\s*stackTraceLimit$' } }] },
        storedTo(`^(?:${builtins})$`, ['identifier']),
        firstArgument(changers, object(builtins)),
      ],
    },
    spares: isOwnStore,
    message: 'changes a built-in object, for all code of the process',
    risk: 0.8,
  }),
  needsApproval({
    id: 'patches-global-object',
    words: ['globalThis', 'global'],
    mayMatch: (root) => mayStore(root, globalPlace),
    rule: { any: [storedTo('^[\\s(]*(?:globalThis|global)\\b'), firstArgument(changers, '^[\\s(]*(?:globalThis|global)\\b')] },
    message: 'stores something on the global object',
    risk: 0.6,
  }),
  needsApproval({
    id: 'reaches-prototype',
    words: ['__proto__', 'getPrototypeOf', 'setPrototypeOf', 'constructor', '__defineGetter__', '__defineSetter__', 'prototype'],
    mayMatch: (root) => mayStore(root, /__proto__|getPrototypeOf|constructor|prototype/) || sharedPrototype.test(rootText(root)),
    rule: {
      any: [
        storedTo('__proto__|getPrototypeOf|constructor\\s*\\.\\s*prototype|\\.\\s*constructor\\s*[.\\[]|\\[\\s*["\'`](?:constructor|prototype)'),
        legacyChangers,
        { kind: 'member_expression', regex: `^(?:${builtins}|Date)\\s*\\.\\s*prototype$`, inside: { kind: 'arguments' } },
        firstArgument(changers, '__proto__|getPrototypeOf|constructor'),
        { kind: 'variable_declarator', all: [{ has: { field: 'name', kind: 'identifier' } }, { has: { field: 'value', regex: `^(?:${builtins}|Date|Math)\\s*(?:\\.\\s*prototype|\\[.*prototype.*\\])$|\\.\\s*__proto__$|^(?:Object|Reflect)\\s*\\.\\s*getPrototypeOf\\(` } }] },
      ],
    },
    spares: isOnlyCompared,
    message: 'gets hold of a prototype that other code shares',
    risk: 0.6,
  }),
  needsApproval({
    id: 'extends-foreign-class',
    words: ['prototype'],
    rule: {
      any: [{ kind: 'member_expression', pattern: '$CLASS.prototype.$NAME' }, { kind: 'subscript_expression', pattern: '$CLASS.prototype[$NAME]' }],
      all: [insideAny({ kind: 'assignment_expression', field: 'left' }, { kind: 'augmented_assignment_expression', field: 'left' })],
      not: { inside: { kind: 'program', has: { any: [{ kind: 'function_declaration', has: { field: 'name', pattern: '$CLASS' } }, { kind: 'class_declaration', has: { field: 'name', pattern: '$CLASS' } }], stopBy: 'end' }, stopBy: 'end' } },
    },
    message: 'changes the prototype of a class that is not this file\'s own',
    risk: 0.5,
  }),
  needsApproval({
    id: 'clock-as-value',
    words: [],
    mark: notCalled('Date|performance|Math'),
    rule: {
      any: [{ kind: 'identifier' }, { kind: 'shorthand_property_identifier' }],
      regex: '^(?:Date|performance|Math)$',
      all: [insideAny({ kind: 'variable_declarator', field: 'value', not: { has: { field: 'name', kind: 'object_pattern' } } }, { kind: 'arguments' }, { kind: 'pair', field: 'value' }, { kind: 'array' }, { kind: 'object' }, { kind: 'parenthesized_expression' }, { kind: 'assignment_expression', field: 'right' }, { kind: 'subscript_expression', field: 'object', not: { regex: '^Math' } })],
    },
    spares: isTypeForPackage,
    message: 'hands on a clock or Math under another name: what becomes of it cannot be told',
    risk: 0.4,
  }),
]
