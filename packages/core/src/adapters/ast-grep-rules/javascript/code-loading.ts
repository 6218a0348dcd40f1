import { needsApproval, noted, type CodeRule } from '../code-rule.ts'
import { escapedName } from './escaped-names.ts'
import { inPieces, indexed, takenApart } from './property-keys.ts'
import { callOf, member, moduleName, usedAsValue, type Dialect, type Rule } from './syntax.ts'

const loads: Rule = { kind: 'call_expression', has: { field: 'function', regex: '^(?:.*\\b)?(?:require|import)$|^require\\s*\\.\\s*resolve$|^\\(*require\\b' } }
const oneString: Rule = { has: { field: 'arguments', regex: '^\\(\\s*(?:"[^"\\\\]*"|\'[^\'\\\\]*\')\\s*(?:,\\s*\\{[^)]*\\}\\s*)?,?\\s*\\)$' } }

/** A function called on nothing, whose `this` is the global object where code is not strict. */
const returnsGlobal: Rule = { kind: 'call_expression', has: { field: 'function', kind: 'parenthesized_expression', has: { kind: 'function_expression', has: { kind: 'this', stopBy: 'end' } } } }

/** Code that is not in the change: made from text, loaded by a computed name, or native. No rule can judge what it does. */
export function codeLoading(dialect: Dialect): readonly CodeRule[] {
  return [
    evaluatesText(dialect),
    needsApproval({ id: 'loads-computed-module', words: ['require'], mark: /\bimport\b(?!\s+(?:[\w$]|\{|\*|'|"))/, rule: { ...loads, not: oneString }, message: 'loads a module whose name is computed', risk: 0.7 }),
    needsApproval({
      id: 'loads-other-file',
      words: ['require'],
      rule: {
        kind: 'call_expression',
        all: [{ has: { field: 'function', regex: '^require$' } }, { has: { field: 'arguments', regex: '^\\(\\s*["\'`]\\.{1,2}/[^"\'`]*\\.[A-Za-z]\\w{0,9}["\'`]' } }, { not: { has: { field: 'arguments', regex: '\\.(?:[cm]?[jt]sx?|json)["\'`]' } } }],
      },
      message: 'loads a file as code that does not look like code, and that no rule reads as code',
      risk: 0.6,
    }),
    noted({ id: 'loads-module-lazily', words: [], mark: /\bimport\b(?!\s+(?:[\w$]|\{|\*|'|"))/, rule: { kind: 'call_expression', all: [{ has: { field: 'function', regex: '^import$' } }, oneString] }, message: 'loads a module while it runs', risk: 0.1 }),
    needsApproval({ id: 'escaped-module-name', words: [], mark: /\\/, rule: { kind: 'string', has: { kind: 'escape_sequence' }, inside: { any: [{ kind: 'import_statement' }, { kind: 'export_statement' }, ...(dialect.isTyped ? [{ kind: 'import_require_clause' }] : [])] } }, message: 'spells a module\'s name in escapes', risk: 0.8 }),
    escapedName,
    needsApproval({
      id: 'loads-machinery',
      words: ['vm', 'module', 'inspector', 'v8', 'wasi', 'repl', 'async_hooks', 'diagnostics_channel', 'trace_events', 'test', 'sea', 'koffi', 'bindings', 'isolated', 'process', 'ffi', 'jiti', 'tsx', 'esbuild', 'vm2', 'napi', 'node', 'domain', 'quibble', 'proxyquire', 'rewire', 'mockery', 'esmock', 'pirates', 'sqlite'],
      rule: moduleName('vm|vm2|module|inspector|v8|wasi|repl|async_hooks|diagnostics_channel|trace_events|test|sea|koffi|ffi-napi|ref-napi|bindings|node-gyp-build|isolated-vm|jiti|tsx|esbuild|sqlite|domain|quibble|proxyquire|rewire|mockery|esmock|pirates'),
      message: 'loads a module that changes or inspects how code is run',
      risk: 0.7,
    }),
    needsApproval({
      id: 'changes-module-loading',
      words: ['require', 'module', 'Module', 'createRequire', 'registerHooks'],
      rule: { any: [member('require', 'cache|extensions|main'), member('[Mm]odule', '_\\w+|register|registerHooks|createRequire|constructor|syncBuiltinESMExports|enableCompileCache|wrap|require|load|loaded'), { kind: 'identifier', regex: '^(?:createRequire|registerHooks)$' }] },
      message: 'reaches into how modules are loaded',
      risk: 0.7,
    }),
    needsApproval({ id: 'require-as-value', words: ['require'], rule: usedAsValue('require', dialect), message: 'uses require as a value: what it loads cannot be told', risk: 0.6 }),
    needsApproval({ id: 'module-as-value', words: ['module'], rule: { any: [usedAsValue('module', dialect)], inside: { any: [{ kind: 'subscript_expression' }, { kind: 'arguments' }, { kind: 'variable_declarator' }] }, not: { inside: { kind: 'variable_declarator', field: 'name' } } }, message: 'uses the module object as a value', risk: 0.3 }),
    needsApproval({ id: 'runs-native-code', words: ['WebAssembly'], mark: /\.(?:node|wasm|so|dylib|dll)["'`]/, rule: { any: [{ kind: 'identifier', regex: '^WebAssembly$' }, { kind: 'string_fragment', regex: '\\.(?:node|wasm|so|dylib|dll)$' }] }, message: 'runs WebAssembly or native code', risk: 0.6 }),
    needsApproval({
      id: 'global-as-value',
      words: ['globalThis', 'global', 'this'],
      rule: { any: [returnsGlobal, usedAsValue('globalThis', dialect), usedAsValue('global', dialect), { kind: 'member_expression', all: [{ has: { field: 'object', kind: 'identifier', regex: '^(?:globalThis|global)$' } }, { not: { has: { field: 'property', regex: '^(?:structuredClone|queueMicrotask|Array|Object|String|Number|Boolean|Symbol|Map|Set|WeakMap|WeakSet|RegExp|Error|JSON|BigInt|Promise|isNaN|parseInt|parseFloat|undefined|Infinity|NaN|TextEncoder|TextDecoder|Buffer|btoa|atob|URL)$' } } }] }] },
      message: 'goes through the global object, where any name can be reached',
      risk: 0.6,
    }),
    needsApproval({
      id: 'reflects-on-builtins',
      words: ['Reflect', 'Proxy'],
      rule: { any: [usedAsValue('Reflect', dialect), { kind: 'new_expression', all: [{ has: { field: 'constructor', regex: '^Proxy$' } }, { has: { field: 'arguments', has: { nthChild: 1, regex: '^(?:Date|Math|performance|process|globalThis|Array|Object|Map|Set|Function|JSON|Promise|console|assert|expect)\\b' } } }] }, { kind: 'call_expression', all: [{ has: { field: 'function', regex: '^Reflect\\s*\\.' } }, { has: { field: 'arguments', has: { nthChild: 1, regex: '^(?:Date|Math|performance|process|globalThis|global|Function|JSON|console|require|module)\\b' } } }] }] },
      message: 'reaches a built-in object by reflection',
      risk: 0.6,
    }),
    needsApproval({ id: 'changes-scope', words: ['with'], rule: { kind: 'with_statement' }, message: 'uses `with`: names no longer mean what they say', risk: 0.6 }),
    noted({ id: 'calls-by-computed-name', words: ['this'], mark: /\]\s*\(/, rule: callOf('^this\\s*\\['), message: 'calls a method by a computed name', risk: 0.05 }),
  ]
}

/** `f.constructor`, however the name is written. */
const constructorOf: Rule = { any: [{ kind: 'member_expression', has: { field: 'property', regex: '^constructor$' } }, indexed('constructor')] }

/** Where a value gets another name, under which no rule knows it any more: `const C = f.constructor; C('...')()`. Compared, read from or called, it keeps its own. */
function handsOn({ isTyped }: Dialect): Rule[] {
  const whole = ['arguments', 'return_statement', 'array', 'arrow_function', 'sequence_expression', 'spread_element', 'yield_expression', 'ternary_expression', 'parenthesized_expression', 'await_expression', 'throw_statement', 'export_statement', 'class_heritage', 'extends_clause']
  const typed = ['as_expression', 'non_null_expression', 'satisfies_expression']
  const value = [['variable_declarator', 'value'], ['assignment_expression', 'right'], ['augmented_assignment_expression', 'right'], ['pair', 'value'], ['assignment_pattern', 'right'], ['object_assignment_pattern', 'right'], ...(isTyped ? [['required_parameter', 'value'], ['public_field_definition', 'value']] as const : [['field_definition', 'value']] as const)] as const
  return [
    ...[...whole.filter((kind) => isTyped || kind !== 'extends_clause'), ...(isTyped ? typed : [])].map((kind): Rule => ({ kind })),
    ...value.map(([kind, field]): Rule => ({ kind, has: { field, regex: 'constr' } })),
    // `a && a.constructor && a.constructor.name` only asks.
    { kind: 'binary_expression', has: { field: 'operator', regex: '^(?:&&|\\|\\||\\?\\?)$' }, not: { inside: { kind: 'binary_expression', field: 'left' } } },
  ]
}

function evaluatesText(dialect: Dialect): CodeRule {
  return needsApproval({
    id: 'evaluates-text',
    words: ['eval', 'Function', 'GeneratorFunction', 'AsyncFunction', 'constructor', 'setTimeout', 'setInterval', 'execScript', 'ShadowRealm', 'runInContext', 'runInThisContext', 'runInNewContext', 'compileFunction', 'Script', 'SourceTextModule'],
    mark: inPieces('constructor'),
    rule: {
      any: [
        { kind: 'identifier', regex: '^(?:eval|Function|GeneratorFunction|AsyncFunction|ShadowRealm)$', not: { any: [{ inside: { kind: 'binary_expression', regex: 'instanceof|typeof|===?|!==?' } }, ...(dialect.isTyped ? [{ inside: { kind: 'type_query' } }] : [])] } },
        { kind: 'call_expression', has: { field: 'function', ...constructorOf } },
        { kind: 'new_expression', has: { field: 'constructor', kind: 'member_expression', all: [{ has: { field: 'property', regex: '^constructor$' } }, { not: { has: { field: 'object', regex: '^this$' } } }] } },
        // Taken out of a function it can be called under any name: `const { constructor: C } = f`.
        takenApart('constructor'),
        { kind: 'member_expression', regex: '\\.\\s*constructor\\s*\\.\\s*constructor$' },
        // Taken as a value it can be called anywhere: `const make = (() => 1).constructor`.
        { kind: 'member_expression', all: [{ has: { field: 'property', regex: '^constructor$' } }, { has: { field: 'object', any: [{ kind: 'parenthesized_expression' }, { kind: 'function_expression' }, { kind: 'arrow_function' }] } }] },
        { ...constructorOf, not: { has: { field: 'object', kind: 'this' } }, inside: { any: handsOn(dialect) } },
        // `f.constructor.call(null, '...')`, and the word handed to what looks properties up.
        { kind: 'member_expression', all: [{ has: { field: 'property', regex: '^(?:call|apply|bind)$' } }, { has: { field: 'object', ...constructorOf } }] },
        { kind: 'string', regex: '^["\']constructor["\']$', inside: { any: [{ kind: 'arguments' }, { kind: 'variable_declarator' }, { kind: 'assignment_expression' }] } },
        { kind: 'call_expression', all: [{ has: { field: 'function', regex: '^(?:globalThis\\.)?(?:setTimeout|setInterval)$' } }, { has: { field: 'arguments', has: { nthChild: 1, any: [{ kind: 'string' }, { kind: 'template_string' }] } } }] },
        { kind: 'property_identifier', regex: '^(?:runInContext|runInThisContext|runInNewContext|compileFunction|SourceTextModule)$' },
      ],
    },
    message: 'makes code from text',
    risk: 0.8,
  })
}
