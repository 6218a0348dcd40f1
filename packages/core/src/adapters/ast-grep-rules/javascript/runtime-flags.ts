import { needsApproval, noted, type CodeRule } from '../code-rule.ts'
import { callOf, member, spelled } from './syntax.ts'

/** Code that tunes the engine, or whose results depend on when and how often it runs. */
export const runtimeFlags: readonly CodeRule[] = [
  needsApproval({
    id: 'tunes-engine',
    words: ['v8', 'gc', 'NODE_OPTIONS', 'setFlagsFromString', 'setHeapSnapshotNearHeapLimit', 'enableCompileCache'],
    mark: /%[A-Z]\w+\(|--(?:max-old-space|expose|allow-natives|no-opt|jitless|gc|optimize|stack)|NODE_COMPILE_CACHE/,
    rule: { any: [member('v8', '\\w+'), spelled('^(?:NODE_OPTIONS|setFlagsFromString|enableCompileCache|setHeapSnapshotNearHeapLimit|NODE_COMPILE_CACHE)$'), { kind: 'string_fragment', regex: '^--(?:max-old-space|expose|allow-natives|no-opt|jitless|gc|optimize|stack)' }, callOf('^(?:globalThis\\.|global\\.)?gc$')] },
    message: 'tunes the engine or its garbage collector',
    risk: 0.6,
  }),
  noted({ id: 'reads-clock', words: ['Date', 'performance', 'hrtime'], rule: { any: [member('Date', 'now'), member('performance', '\\w+'), member('process', 'hrtime'), { kind: 'new_expression', regex: '^new\\s+Date\\s*(?:\\(\\s*\\))?$' }] }, message: 'reads a clock', risk: 0.15 }),
  noted({ id: 'draws-randomness', words: ['random', 'getRandomValues', 'randomBytes', 'randomUUID', 'randomInt'], rule: { any: [member('Math', 'random'), { kind: 'property_identifier', regex: '^(?:getRandomValues|randomBytes|randomUUID|randomInt)$' }] }, message: 'draws random numbers: it may behave differently each time', risk: 0.15 }),
  noted({ id: 'depends-on-collection', words: ['WeakRef', 'FinalizationRegistry'], rule: { kind: 'identifier', regex: '^(?:WeakRef|FinalizationRegistry)$' }, message: 'depends on when the garbage collector runs', risk: 0.15 }),
  noted({ id: 'stands-in-for-object', words: ['Proxy'], rule: { kind: 'identifier', regex: '^Proxy$' }, message: 'lets a proxy stand in for an object: what it does may depend on who asks', risk: 0.2 }),
  noted({ id: 'shares-memory', words: ['SharedArrayBuffer', 'Atomics'], rule: { kind: 'identifier', regex: '^(?:SharedArrayBuffer|Atomics)$' }, message: 'shares memory between threads', risk: 0.15 }),
  noted({
    id: 'uses-package',
    words: [],
    mark: /\b(?:from|import|require)\b\s*\(?\s*["'`][^./"'`]/,
    rule: { kind: 'string', regex: '^["\'][^./"\'\\\\]', not: { regex: '^["\'](?:node:|#|~/|@/)' }, inside: { any: [{ kind: 'import_statement' }, { kind: 'arguments', inside: { kind: 'call_expression', has: { field: 'function', regex: '^(?:require|import)$' } } }] } },
    message: 'uses another package',
    risk: 0.1,
  }),
]
