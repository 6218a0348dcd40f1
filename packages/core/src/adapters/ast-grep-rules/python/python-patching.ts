import type { SgNode } from '@ast-grep/napi'
import { denied, needsApproval, noted, type CodeRule } from '../code-rule.ts'
import type { Names } from '../names.ts'
import { insideAny } from '../relations.ts'
import { handedNames, isHandedModule, type HandedNames } from './handed-modules.ts'
import { isInModule } from './module-members.ts'
import { isOwnStore } from './own-names.ts'
import { attribute, definitionOf, firstArgument, importOf, storedTo, type Rule } from './python-syntax.ts'

const clocks = 'datetime|secrets|timeit'
const clocksLikeVariables = ['time', 'random']
const allClocks = ['datetime', 'secrets', 'timeit', ...clocksLikeVariables]
const judges = 'unittest|pytest|TestCase|numpy\\.testing|np\\.testing|mock|hypothesis|_pytest'
const shared = 'sys|os|builtins|__builtins__|math|json|collections|itertools|functools|io|gc|threading|decimal|fractions|statistics|heapq|bisect|typing|abc|dataclasses|importlib|inspect|logging|warnings'
const sharedLikeVariables = ['re', 'operator', 'types', 'copy', 'struct', 'string', 'enum', 'numbers']
const place = (names: string): string => `^\\(?(?:${names})\\)?\\s*\\.|^__builtins__\\s*\\[`
/** What a function returns is somebody's own object. */
const returned = '^[\\w.]+\\('
const stored = (regex: string): Rule => ({ all: [storedTo(regex), { not: { regex: returned } }] })
/** Names that variables have as well are modules only where they are imported. */
const storedToImported = (names: readonly string[]): readonly Rule[] =>
  names.map((name) => ({ all: [stored(place(name)), { inside: { kind: 'module', has: { any: [{ kind: 'import_statement' }, { kind: 'import_from_statement' }], regex: `\\b${name}\\b`, stopBy: 'end' }, stopBy: 'end' } }] }))
const changers = '^(?:setattr|delattr|object\\.__setattr__|type\\.__setattr__|patch\\.object|mock\\.patch\\.object|monkeypatch\\.setattr)$'
const constant: Rule = { kind: 'block', regex: '^(?:(?:"""[^"]*"""|#[^\\n]*)\\s*)?return\\s+(?:True|0|1)\\s*$' }

const modules = [...shared.split('|'), ...allClocks, ...sharedLikeVariables, 'unittest', 'pytest'].filter((name) => name !== '__builtins__').join('|')
/** The module itself, alone, chosen or among others. */
const itself = `^[\\s(\\[]*(?:[^()]*(?:\\bor|\\band|\\belse|,))?[\\s(]*(?:${modules})[\\s)]*(?:$|,|\\bif\\b|\\bor\\b|\\band\\b|\\])`
const listed = `^\\s*[\\[(](?:[^()]*,)?[\\s(]*(?:${modules})[\\s)]*(?:,|\\]|$)`
const named = (kind: string, name: string, { value, regex }: { readonly value: string; readonly regex: string }): Rule => ({ kind, all: [{ has: { field: name, any: [{ kind: 'identifier' }, { kind: 'pattern_list' }, { kind: 'tuple_pattern' }] } }, { has: { field: value, regex } }] })
const renaming: Rule = {
  any: [
    { kind: 'aliased_import' }, named('assignment', 'left', { value: 'right', regex: itself }), named('for_statement', 'left', { value: 'right', regex: listed }), named('named_expression', 'name', { value: 'value', regex: itself }),
    named('default_parameter', 'name', { value: 'value', regex: itself }), named('typed_default_parameter', 'name', { value: 'value', regex: itself }),
  ],
}
const renamed = new WeakMap<SgNode, ReadonlySet<string>>()

/** Names under which a module goes in this file; asked once for a text. */
function renamedIn(root: SgNode): ReadonlySet<string> {
  const known = renamed.get(root) ?? new Set(root.findAll({ rule: renaming }).flatMap((node) => (node.field('alias') ?? node.field('left') ?? node.field('name'))?.text().match(/\w+/g) ?? []))
  renamed.set(root, known)
  return known
}

const handed = new WeakMap<SgNode, HandedNames>()

/** Names through which a module may have come; asked once for a text. */
function handedIn(root: SgNode): HandedNames {
  const known = handed.get(root) ?? handedNames(root, modules)
  handed.set(root, known)
  return known
}

/** What is stored under another name of a module, or to something in it, to what was handed on; or that name itself, handed on. */
function isNoModule(found: SgNode, { root }: Names): boolean {
  const [base = '', ...path] = found.text().split('.')
  if (path.length <= 2 && renamedIn(root).has(base.trim())) return false
  return !isClockOfParameter(found) && !isHandedModule(found, { handed: handedIn(root), modules })
}

/** `time.sleep` of a parameter that is called like the module, which another file may hand to it. Any other property of such a parameter is its own. */
function isClockOfParameter(found: SgNode): boolean {
  const [object, name] = [found.field('object'), found.field('attribute')]
  if (object?.kind() !== 'identifier' || name === null || !clocksLikeVariables.includes(object.text()) || !isInModule(object.text(), name.text())) return false
  const around = found.ancestors().find((one) => one.kind() === 'function_definition' || one.kind() === 'lambda')
  return around?.field('parameters')?.children().some((parameter) => /^\w+/.exec(parameter.text())?.[0] === object.text()) ?? false
}

export const pythonPatching: readonly CodeRule[] = [
  denied({ id: 'patches-clock-or-randomness', words: allClocks, rule: { any: [stored(place(clocks)), ...storedToImported(clocksLikeVariables), firstArgument(changers, `^(?:${allClocks.join('|')})(?:\\.\\w+)?$`)] }, spares: isOwnStore, message: 'replaces a clock or a source of randomness' }),
  denied({ id: 'patches-assertions', words: ['unittest', 'pytest', 'TestCase', 'testing', 'mock', 'hypothesis', '_pytest'], mark: /\.assert[A-Z_]/, rule: { any: [storedTo(`${place(judges)}|\\.assert[A-Z_]\\w*$`), firstArgument(changers, `^(?:${judges})(?:\\.\\w+)*$`)] }, message: 'changes an assertion library' }),
  denied({ id: 'patches-builtin', words: [...shared.split('|'), ...sharedLikeVariables], rule: { any: [stored(place(shared)), ...storedToImported(sharedLikeVariables), firstArgument(changers, `^(?:${shared})(?:\\.\\w+)?$`)] }, spares: isOwnStore, message: 'changes a module of the standard library, for all code of the process', risk: 0.8 }),
  needsApproval({
    id: 'patches-foreign-object',
    words: ['setattr', 'delattr', '__class__', '__dict__', '__code__', '__eq__', '__bases__', '__setattr__', 'patch', '__defaults__', '__kwdefaults__'],
    rule: { any: [firstArgument(changers, '^(?:[A-Z]\\w*|\\w+\\.\\w+|type\\(.*\\)|\\w+\\.__class__)$'), storedTo('\\.__(?:class|code|bases|defaults|kwdefaults|eq|hash|dict)__\\b'), { kind: 'identifier', regex: '^(?:patch|monkeypatch)$', inside: { kind: 'call', field: 'function' } }] },
    message: 'changes an object or class from outside',
  }),
  noted({ id: 'sets-attribute-by-name', words: ['setattr'], rule: firstArgument('^setattr$', '^(?:self|cls|\\w+)$'), message: 'sets attributes by computed names', risk: 0.1 }),
  needsApproval({
    id: 'changes-class-from-outside',
    words: [],
    mark: /\b[A-Z]\w*\.\w/,
    rule: {
      kind: 'attribute',
      pattern: '$CLASS.$NAME',
      all: [{ has: { field: 'object', kind: 'identifier', regex: '^[A-Z]' } }],
      any: [{ inside: { kind: 'assignment', field: 'left' } }, { inside: { kind: 'augmented_assignment', field: 'left' } }, { inside: { kind: 'pattern_list' } }, { inside: { kind: 'tuple_pattern' } }],
      not: { inside: { kind: 'module', has: { kind: 'class_definition', has: { field: 'name', pattern: '$CLASS' }, stopBy: 'end' }, stopBy: 'end' } },
    },
    message: 'changes a class that is not this file\'s own',
  }),
  needsApproval({
    id: 'changes-renamed-module',
    words: [],
    mark: new RegExp(`\\bas\\b|(?<!\\b(?:import|from)[ \\t]{1,9})\\b(?:${modules})\\b(?!\\s*[.(])`),
    rule: { any: [{ all: [{ kind: 'attribute' }, storedTo('\\.')] }, { all: [{ kind: 'identifier' }, firstArgument(changers, '^\\w+$')] }, { all: [{ kind: 'call' }, firstArgument(changers, '\\(')] }] },
    spares: isNoModule,
    message: 'changes a module, or something in it, that was imported under another name or handed on',
  }),
  needsApproval({
    id: 'answers-for-comparison',
    words: ['__instancecheck__', '__subclasscheck__', '__class_getitem__', '__getattribute__', '__class__', '__eq__', '__ne__', '__bool__', '__hash__', '__subclasshook__', '__lt__', '__le__', '__gt__', '__ge__', '__contains__', '__cmp__', 'equals', 'is_equal', 'compare'],
    rule: {
      any: [
        definitionOf('__instancecheck__|__subclasscheck__|__getattribute__|__subclasshook__'),
        { kind: 'function_definition', all: [{ has: { field: 'name', regex: '^(?:__eq__|__ne__|__lt__|__le__|__gt__|__ge__|__bool__|__contains__|__hash__|__cmp__|equals|is_equal|compare)$' } }, { has: { field: 'body', ...constant } }] },
        { kind: 'assignment', all: [{ has: { field: 'left', regex: '(?:^|\\.)__(?:eq|ne|lt|le|gt|ge|bool|contains|hash|instancecheck)__$' } }, { has: { field: 'right', kind: 'lambda', has: { field: 'body', regex: '^(?:True|False|0|1)$' } } }] },
      ],
    },
    message: 'adds a comparison that gives one answer to everything, or changes what an object says it is',
    risk: 0.6,
  }),
  noted({ id: 'defines-comparison', words: ['__eq__', '__ne__', '__hash__', '__bool__', '__repr__', '__float__', '__lt__'], rule: { kind: 'identifier', regex: '^__(?:eq|ne|hash|bool|lt|repr|float)__$', all: [insideAny({ kind: 'function_definition', field: 'name' }, { kind: 'assignment', field: 'left' })] }, message: 'defines how objects compare or print', risk: 0.1 }),
  needsApproval({ id: 'replaces-builtin-name', words: ['len', 'sorted', 'sum', 'abs', 'min', 'max', 'isinstance', 'type', 'print', 'range', 'hash', 'repr', 'AssertionError'], rule: { kind: 'identifier', regex: '^(?:AssertionError|isinstance|print|len|sorted|repr)$', any: [{ inside: { kind: 'assignment', field: 'left', inside: { kind: 'expression_statement', inside: { kind: 'module' } } } }, { inside: { kind: 'class_definition', field: 'name' } }, { inside: { kind: 'function_definition', field: 'name', inside: { kind: 'module' } } }, { inside: { kind: 'global_statement' } }] }, message: 'gives a built-in name a new meaning', risk: 0.5 }),
  needsApproval({ id: 'imports-builtins', words: ['builtins', '__builtin__'], rule: { any: [importOf('builtins|__builtin__'), attribute('builtins', '\\w+')] }, message: 'reaches the built-in names through their module', risk: 0.6 }),
]
