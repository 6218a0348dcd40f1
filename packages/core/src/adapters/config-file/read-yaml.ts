import { LineCounter, isAlias, isMap, isScalar, isSeq, parseAllDocuments, stringify, visit } from 'yaml'
import type { Document, ErrorCode, Node, YAMLError } from 'yaml'
import { ConfigError } from '../../target/config-error.ts'
import type { ConfigErrorCode, ConfigProblem } from '../../target/config-error.ts'
import { fieldName } from './config-source.ts'
import type { ConfigSource, FieldPath, Position } from './config-source.ts'
import { plainYaml } from './plain-yaml.ts'

/** Longest YAML text that is parsed; a config is a page, and nesting costs the parser stack. */
export const maximumTextLength = 64 * 1024

const quoteIt = 'put the value in quotes'

/** What to do about an error of the YAML parser, by its code. */
const syntaxFixes: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: 'indent with spaces instead of a tab',
  DUPLICATE_KEY: 'remove one of the two fields of this name',
  BLOCK_AS_IMPLICIT_KEY: `${quoteIt}: a colon followed by a space starts a new field`,
  BAD_SCALAR_START: quoteIt,
  MISSING_CHAR: 'close the quote or bracket that is opened before this place',
  BAD_INDENT: 'indent the fields of one block equally, with spaces, and close every bracket',
  TAG_RESOLVE_FAILED: 'remove the tag (the word that starts with !): plain values are enough here',
  UNEXPECTED_TOKEN: `${quoteIt}, or remove what stands at this place`,
  MULTIPLE_ANCHORS: 'keep one anchor',
  RESOURCE_EXHAUSTION: 'nest less deeply: a configuration is at most four levels deep',
}
const anySyntaxFix = 'check the indentation, and put values that hold : # { } [ ] , & * ! | > % @ or ` in quotes'

/**
 * Reads the YAML (1.2, core schema) text of a config. Fails with `config-syntax`, or `config-invalid` for an empty file.
 * One document, no tags, no directives; aliases are expanded within limits, see `plainYaml`.
 */
export function readYaml(text: string, file: string): ConfigSource {
  const lines = new LineCounter()
  const place = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const fail = (code: ConfigErrorCode, ...problems: readonly Omit<ConfigProblem, 'file'>[]): never => {
    throw new ConfigError(code, problems.map((problem) => ({ file, ...problem })))
  }
  if (text.length > maximumTextLength) {
    fail('config-syntax', { line: 1, column: 1, path: '', message: `the file holds ${text.length} characters, more than ${maximumTextLength}`, fix: 'shorten it: long commands belong into scripts' })
  }
  const documents = parseAllDocuments(text, { lineCounter: lines, logLevel: 'silent', prettyErrors: false })
  const [document, second] = documents
  if (document === undefined || document.contents === null || (isScalar(document.contents) && document.contents.value === null && document.errors.length === 0)) {
    return fail('config-invalid', {
      line: 1, column: 1, path: '', message: 'the file is empty', fix: 'write at least `target`, `tests` and `metrics`, or let `ratchet init` do it',
    })
  }
  const problems = syntaxProblems(document as Document, place)
  if (second !== undefined && problems.length === 0) {
    problems.push({ ...place(second.range[0]), path: '', message: 'the file holds several YAML documents', fix: 'remove the second one and the --- before it' })
  }
  if (problems.length > 0) fail('config-syntax', ...problems)
  const plain = plainYaml(document as Document)
  if (plain.problems.length > 0) fail('config-syntax', ...plain.problems.map(({ offset, path, ...rest }) => ({ ...place(offset), path: fieldName(path), ...rest })))
  return { value: plain.value, locate: (path, part) => place(offsetOf(document as Document, path, part)), render: renderYaml }
}

/** A value on one line, as YAML flow. */
export function renderYaml(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()
}

function syntaxProblems(document: Document, place: (offset: number) => Position): Omit<ConfigProblem, 'file'>[] {
  const problems: Omit<ConfigProblem, 'file'>[] = []
  const seen = new Set<number>()
  for (const error of [...document.errors, ...document.warnings]) {
    const position = place(error.pos[0])
    // One slip often makes the parser complain several times about the same line.
    if (seen.has(position.line) || seen.size >= 10) continue
    seen.add(position.line)
    problems.push({ ...position, path: fieldName(pathOfError(document, error)), message: firstLine(error.message), fix: syntaxFixes[error.code] ?? anySyntaxFix })
  }
  if (document.directives?.yaml.explicit === true) {
    problems.push({ ...place(0), path: '', message: 'a %YAML directive changes how values are read', fix: 'remove it' })
  }
  return problems
}

function pathOfError(document: Document, error: YAMLError): FieldPath {
  const path = pathAt(document, error.pos[0])
  // In `build: echo a: b` the parser sees a field called `echo a`; the writer sees `build`.
  return error.code === 'BLOCK_AS_IMPLICIT_KEY' ? path.slice(0, -1) : path
}

function firstLine(message: string): string {
  const line = message.split('\n', 1)[0] ?? ''
  return `${line.charAt(0).toLowerCase()}${line.slice(1)}`
}

/** The innermost field whose key or value covers an offset. */
function pathAt(document: Document, offset: number): FieldPath {
  let found: FieldPath = []
  visit(document, {
    Pair(_, pair, ancestors) {
      const key = pair.key as Node | null
      const value = pair.value as Node | null
      const start = key?.range?.[0] ?? Infinity
      const end = value?.range?.[1] ?? key?.range?.[1] ?? -1
      if (offset >= start && offset <= end) found = pathOf([...ancestors, pair])
    },
  })
  return found
}

function pathOf(nodes: readonly unknown[]): FieldPath {
  const path: (string | number)[] = []
  for (const [index, node] of nodes.entries()) {
    const parent = nodes[index - 1]
    if (isSeq(parent)) path.push(parent.items.indexOf(node))
    const key = typeof node === 'object' && node !== null && 'key' in node ? node.key : null
    if (isScalar(key)) path.push(String(key.value))
  }
  return path
}

/** Offset of a field's key or value; of the nearest key around it when it does not exist. */
function offsetOf(document: Document, path: FieldPath, part: 'key' | 'value'): number {
  let node: unknown = document.contents
  let key: number | undefined
  for (const step of path) {
    const next: { readonly key: number | undefined; readonly node: unknown } | null = child(document, node, step)
    if (next === null) return key ?? startOf(node) ?? 0
    key = next.key ?? startOf(next.node) ?? key
    node = next.node
  }
  return (part === 'key' ? key : startOf(node)) ?? key ?? startOf(node) ?? 0
}

function child(document: Document, node: unknown, step: string | number): { readonly key: number | undefined; readonly node: unknown } | null {
  const parent = isAlias(node) ? node.resolve(document) : node
  if (isSeq(parent)) {
    const item = parent.items[Number(step)]
    return item === undefined ? null : { key: undefined, node: item }
  }
  if (!isMap(parent)) return null
  const pair = parent.items.find((candidate) => isScalar(candidate.key) && String(candidate.key.value) === String(step))
  return pair === undefined ? null : { key: startOf(pair.key), node: pair.value }
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0]
}
