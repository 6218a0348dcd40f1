import { XMLParser } from 'fast-xml-parser'
import type { TestCase } from '../evaluation.ts'

const nameDepth = 64

/** JUnit XML as node:test, pytest, vitest, jest-junit and GoogleTest write it; other text around the document is skipped. */
export function parseJunit(text: string): readonly TestCase[] | null {
  const document = xmlDocument(text)
  // A document type can define entities that expand without end; no test runner writes one.
  if (document === null || /<!(?:DOCTYPE|ENTITY)/i.test(document)) return null
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '', preserveOrder: true, processEntities: true, parseAttributeValue: false, parseTagValue: false })
  let nodes: unknown
  try {
    nodes = parser.parse(document, true)
  } catch {
    // The library throws plain errors for anything that is not well-formed; whatever it was, this is no report.
    return null
  }
  const cases: TestCase[] = []
  return Array.isArray(nodes) && collect(nodes, [], cases) ? cases : null
}

function xmlDocument(text: string): string | null {
  const declaration = text.indexOf('<?xml')
  const suites = text.search(/<testsuites?[\s>/]/)
  const start = declaration >= 0 && (suites < 0 || declaration < suites) ? declaration : suites
  if (start < 0) return null
  const end = Math.max(...['</testsuites>', '</testsuite>'].map((tag) => (text.lastIndexOf(tag) < 0 ? -1 : text.lastIndexOf(tag) + tag.length)))
  if (end > start) return text.slice(start, end)
  const empty = /<testsuites?\b[^<>]*\/>/.exec(text.slice(start))
  return empty === null ? null : text.slice(start, start + empty.index + empty[0].length)
}

/** False when the structure is none that a report has. `path` holds the names of the enclosing suites. */
function collect(nodes: readonly unknown[], path: readonly string[], cases: TestCase[]): boolean {
  if (path.length > nameDepth) return false
  for (const node of nodes) {
    if (typeof node !== 'object' || node === null) return false
    const attributes = attributesOf(node)
    for (const [tag, children] of Object.entries(node as Record<string, unknown>)) {
      if (!Array.isArray(children)) continue
      if (tag === 'testcase') cases.push(caseOf(attributes, children, path))
      else if (tag === 'testsuites' || tag === 'testsuite') {
        const name = tag === 'testsuite' ? attributes.get('name') : undefined
        if (!collect(children, name === undefined ? path : [...path, name], cases)) return false
      }
    }
  }
  return true
}

function caseOf(attributes: ReadonlyMap<string, string>, children: readonly unknown[], path: readonly string[]): TestCase {
  const tags = new Set(children.flatMap((child) => (typeof child === 'object' && child !== null ? Object.keys(child) : [])))
  const status = attributes.get('status')?.toLowerCase()
  const className = attributes.get('classname')
  // node:test writes the constant "test" as class name: it names nothing.
  const prefix = className === undefined || className === 'test' || path.includes(className) ? path : [...path, className]
  const failed = tags.has('failure') || tags.has('error') || status === 'failed'
  const skipped = tags.has('skipped') || status === 'notrun' || status === 'disabled' || status === 'skipped'
  return { name: [...prefix, attributes.get('name') ?? ''].join(' > '), outcome: failed ? 'failed' : skipped ? 'skipped' : 'passed' }
}

function attributesOf(node: object): ReadonlyMap<string, string> {
  const attributes: unknown = (node as Record<string, unknown>)[':@']
  if (typeof attributes !== 'object' || attributes === null) return new Map()
  return new Map(Object.entries(attributes).map(([name, value]) => [name, String(value)]))
}
