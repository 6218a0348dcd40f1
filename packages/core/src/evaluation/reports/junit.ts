import { XMLParser, XMLValidator } from 'fast-xml-parser'
import type { TestOutcome } from '../evaluation.ts'
import { CaseList, depthLimit, suiteName, type ReportCases } from '../report-cases.ts'

/** `fast-xml-parser` with `preserveOrder`: one key is the tag, whose value is its children; `:@` holds the attributes. */
type Node = Readonly<Record<string, unknown>>

interface Element {
  readonly tag: string
  readonly children: readonly Node[]
  readonly attribute: (name: string) => string
}

/**
 * JUnit XML of any of its dialects (node:test, pytest, vitest, gtest, ctest, Surefire), alone or in the middle of other text.
 * Exactly one well-formed document is wanted: two could contradict each other. A document type is never read and no entity is
 * expanded but the five of XML and character references.
 */
export function parseJunit(text: string): ReportCases {
  const xml = documentText(text)
  if (xml === null) return /<testsuites?[\s/>]/.test(text) ? 'malformed' : 'missing'
  const roots = parsedNodes(xml)?.map(toElement).filter((element) => element !== null)
  const root = roots?.[0]
  if (roots?.length !== 1 || root === undefined) return 'malformed'
  const list = new CaseList()
  readSuite(root, '', list)
  return list.finish()
}

/** From the first root tag to the last end tag of the same name. */
function documentText(text: string): string | null {
  const opening = /<(testsuites?)[\s/>]/.exec(text)
  if (opening === null) return null
  const endTag = `</${opening[1]}>`
  const end = text.lastIndexOf(endTag)
  if (end > opening.index) return text.slice(opening.index, end + endTag.length)
  const close = text.indexOf('>', opening.index)
  return close !== -1 && text[close - 1] === '/' ? text.slice(opening.index, close + 1) : null
}

function parsedNodes(xml: string): readonly Node[] | null {
  if (XMLValidator.validate(xml) !== true) return null
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    processEntities: false,
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    maxNestedTags: depthLimit,
  })
  try {
    const nodes: unknown = parser.parse(xml)
    return Array.isArray(nodes) ? nodes : null
  } catch (error) {
    // The parser throws plain errors for every kind of malformed text (too deep, reserved names, unclosed sections).
    if (error instanceof Error) return null
    throw error
  }
}

function toElement(node: Node): Element | null {
  const tag = Object.keys(node).find((key) => key !== ':@')
  if (tag === undefined || tag.startsWith('#') || tag.startsWith('?')) return null
  const children = node[tag]
  const attributes = new Map<string, unknown>(Object.entries(node[':@'] ?? {}))
  const attribute = (name: string): string => {
    const value = attributes.get(name)
    return typeof value === 'string' ? decoded(value) : ''
  }
  return { tag, children: Array.isArray(children) ? children : [], attribute }
}

/** Returns how many failures were seen, to hold against what the suite itself declares. Recursion is bounded by `depthLimit`. */
function readSuite(suite: Element, outer: string, list: CaseList): number {
  // Read once: a hostile name may be megabytes long, and its cases many.
  const suiteTitle = suite.attribute('name')
  const name = suiteName(outer, suiteTitle)
  let failures = 0
  for (const child of suite.children.map(toElement)) {
    if (child === null) continue
    if (child.tag === 'testsuite' || child.tag === 'testsuites') failures += readSuite(child, name, list)
    if (child.tag === 'testcase') failures += readCase(child, { suite: name, suiteTitle, list })
    if (isFailure(child)) failures += addSuiteFailure(name, list)
  }
  const declared = Number(suite.attribute('failures')) + Number(suite.attribute('errors'))
  // A suite can fail by itself, for instance in a hook; some writers say so only in the count. NaN counts as a failure too.
  return failures === 0 && declared !== 0 ? addSuiteFailure(name, list) : failures
}

function addSuiteFailure(suite: string, list: CaseList): number {
  list.add(suite, '(suite)', 'failed')
  return 1
}

function readCase(
  testcase: Element,
  { suite, suiteTitle, list }: { readonly suite: string; readonly suiteTitle: string; readonly list: CaseList },
): number {
  const group = testcase.attribute('classname')
  const name = testcase.attribute('name')
  // Some writers repeat the suite, the path of suites or the name there, node:test the word "test".
  const path = suite.replaceAll(' > ', '.')
  const isRepeated = group === suiteTitle || group === name || group === 'test' || group === '' || path === group || path.endsWith(`.${group}`)
  const outer = isRepeated ? suite : suiteName(suite, group)
  const elements = testcase.children.map(toElement).filter((child) => child !== null)
  list.add(outer, name, caseOutcome(testcase, elements))
  return elements.some(isFailure) ? 1 : 0
}

function caseOutcome(testcase: Element, elements: readonly Element[]): TestOutcome {
  const skips = elements.filter(({ tag }) => tag === 'skipped')
  // node:test reports a failing to-do as skipped and failed; pytest an error while cleaning up after a skipped test the same way.
  if (skips.some((skip) => skip.attribute('type') === 'todo')) return 'skipped'
  const status = testcase.attribute('status').toLowerCase()
  if (elements.some(isFailure) || ['fail', 'failed', 'error'].includes(status)) return 'failed'
  const isOff = skips.length > 0 || ['notrun', 'disabled', 'skipped'].includes(status) || testcase.attribute('result') === 'suppressed'
  return isOff ? 'skipped' : 'passed'
}

/** Surefire marks a test that passed only when repeated as flaky or rerun; here that is a failing one. */
function isFailure({ tag }: Element): boolean {
  return ['failure', 'error', 'flakyFailure', 'flakyError', 'rerunFailure', 'rerunError'].includes(tag)
}

const named = new Map([['amp', '&'], ['lt', '<'], ['gt', '>'], ['quot', '"'], ['apos', "'"]])

/** One pass, so that `&amp;lt;` becomes `&lt;` and nothing can grow. */
function decoded(value: string): string {
  return value.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([a-z]{2,4}));/g, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return named.get(name) ?? whole
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
    return code <= 0x10_ffff ? String.fromCodePoint(code) : whole
  })
}
