import type { TaggedJson } from '../../../tagged.ts'
import { isAside } from './known-literals.ts'
import { literalOf } from './literal-of.ts'
import { kindOf, parseModule, parts, type SyntaxNode } from './parse-module.ts'

const maxExamples = 200

/** A test file, parsed, with its constants. */
export interface TestFile {
  readonly root: SyntaxNode
  readonly known: ReadonlyMap<string, SyntaxNode>
}

export function readTestFile(path: string, text: string): TestFile {
  const root = parseModule(path, text)
  return { root, known: constantsOf(root) }
}

/**
 * Argument lists of the calls of a function in a test file, as far as they are literals or constants of that file. Also rows of tables
 * (`[[input, expected], ...]`) are read: the first elements of a row, as many as there are parameters.
 */
export function testCalls({ root, known }: TestFile, names: readonly string[]): readonly (readonly TaggedJson[])[] {
  const wanted = new Set(names)
  const found: (readonly TaggedJson[])[] = []
  for (const call of root.findAll({ rule: { kind: 'call_expression' } })) {
    const callee = call.field('function')?.text() ?? ''
    if (!wanted.has(callee) && !wanted.has(callee.slice(callee.lastIndexOf('.') + 1))) continue
    const list = call.field('arguments')
    const args = list === null ? null : literals(parts(list), known)
    if (args !== null) found.push(args)
    if (found.length >= maxExamples) break
  }
  return found
}

/** Argument lists of calls of what the function returned: `f()(list)`, `f().by(name)(list)`, and by the name of a constant that holds a result. */
export function resultCalls({ root, known }: TestFile, names: readonly string[]): readonly (readonly TaggedJson[])[] {
  const holders = [...known].flatMap(([name, value]) => (isResult(value, names, []) ? [name] : []))
  const lists = root.findAll({ rule: { kind: 'call_expression' } }).flatMap((call) => {
    const callee = call.field('function')
    const list = call.field('arguments')
    const args = callee !== null && list !== null && isResult(callee, names, holders) ? literals(parts(list), known) : null
    return args === null || args.length === 0 ? [] : [args]
  })
  return lists.slice(0, maxExamples)
}

/** Whether an expression is what a function returned, or was made from it by calls and members; `holders` are constants that are such. */
function isResult(node: SyntaxNode, names: readonly string[], holders: readonly string[]): boolean {
  let at: SyntaxNode | null = node
  while (at !== null) {
    if (kindOf(at) === 'identifier') return holders.includes(at.text())
    const called: SyntaxNode | null = kindOf(at) === 'call_expression' ? at.field('function') : null
    if (called !== null && names.includes(called.text().slice(called.text().lastIndexOf('.') + 1))) return true
    at = called ?? (kindOf(at) === 'member_expression' ? at.field('object') : null)
  }
  return false
}

/** Every text literal of a syntax tree, for the alphabet of strings. */
export function textLiterals(node: SyntaxNode): readonly string[] {
  return node.findAll({ rule: { any: [{ kind: 'string' }, { kind: 'template_string' }] } }).flatMap((literal) => {
    const value = isAside(literal) ? null : literalOf(literal)?.value
    return typeof value === 'string' && value.length > 0 && value.length <= 200 ? [value] : []
  })
}

/** Characters and words that regular expressions of the source look for. */
export function patternPieces(node: SyntaxNode): readonly string[] {
  return node.findAll({ rule: { kind: 'regex_pattern' } }).flatMap((pattern) => {
    const plain = pattern.text().replaceAll(/\\[dDwWsSbB]/g, ' ').replaceAll(/\\(.)/g, '$1')
    const withoutRanges = plain.replaceAll(/[\p{L}\p{N}]-[\p{L}\p{N}]/gu, ' ').replaceAll(/\?<\w+>|\?[:=!]/g, ' ')
    return withoutRanges.match(/\p{L}+|[^\p{L}\p{N}\s^$*+?()[\]{}|]/gu) ?? []
  })
}

/** Names of properties in object literals: tables of units, entities and the like are keyed by what the function looks for. */
export function propertyNames(node: SyntaxNode): readonly string[] {
  return node
    .findAll({ rule: { kind: 'pair' } })
    .flatMap((pair) => {
      const key = pair.field('key')
      return key !== null && kindOf(key) === 'property_identifier' ? [key.text()] : []
    })
    .filter((name) => name.length <= 12)
}

/** Names by which a test file knows the default export of a module. */
export function localNames(text: string, module: string): readonly string[] {
  const stem = (module.split('/').at(-1) ?? '').replace(/\.[cm]?[jt]sx?$/, '')
  const names: string[] = []
  for (const match of text.matchAll(/import\s+([A-Za-z_$][\w$]*)\s*(?:,\s*\{[^}]*\}\s*)?from\s*['"]([^'"]+)['"]/g)) if (isModule(match[2] ?? '', stem)) names.push(match[1] ?? '')
  for (const match of text.matchAll(/(?:const|let|var)\s+([A-Za-z_$][\w$]*)\s*=\s*require\(\s*['"]([^'"]+)['"]\s*\)/g)) if (isModule(match[2] ?? '', stem)) names.push(match[1] ?? '')
  return names
}

/** A relative path to the module, or to the folder or package around it. */
const isModule = (path: string, stem: string): boolean => path.startsWith('.') && (path.replace(/\.[cm]?[jt]sx?$/, '').endsWith(stem) || /^[./]+$/.test(path))

function literals(nodes: readonly SyntaxNode[], known: ReadonlyMap<string, SyntaxNode>): readonly TaggedJson[] | null {
  const values: TaggedJson[] = []
  for (const node of nodes) {
    const value = literalOf(node, known)
    if (value === null) return null
    values.push(value.value)
  }
  return values
}

/** `const name = literal` anywhere in the file, where the name is declared once only. */
function constantsOf(root: SyntaxNode): ReadonlyMap<string, SyntaxNode> {
  const found = new Map<string, SyntaxNode>()
  const twice = new Set<string>()
  for (const declarator of root.findAll({ rule: { kind: 'variable_declarator' } })) {
    const name = declarator.field('name')
    const value = declarator.field('value')
    if (name === null || value === null || kindOf(name) !== 'identifier') continue
    if (found.has(name.text())) twice.add(name.text())
    found.set(name.text(), value)
  }
  for (const name of twice) found.delete(name)
  return found
}
