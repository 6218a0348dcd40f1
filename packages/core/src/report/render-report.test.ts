import { createHash } from 'node:crypto'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import type { Verdict } from '../decision/decision.ts'
import type { NewEvent } from '../journal/event.ts'
import { seededRandom } from '../randomness/seeded-random.ts'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { decisionMade, decisionOf, proposalMade, runFinished, runStarted, tickingClock } from '../testing/sample-events.ts'
import { foldReport } from './fold-report.ts'
import { renderHtml } from './render-html.ts'
import { renderMarkdown } from './render-markdown.ts'
import type { RunReport } from './run-report.ts'

const root = 'b0'.repeat(20)

async function reportOf(events: readonly NewEvent[]): Promise<RunReport> {
  await using journal = createMemoryJournal({ clock: tickingClock() })
  await journal.append(events)
  return foldReport(journal.read(0))
}

/** A run of `size` variants; `parentOf` picks the index of a variant's parent. */
function runOf(size: number, parentOf: (index: number) => number): readonly NewEvent[] {
  const random = seededRandom('report', size)
  const events: NewEvent[] = [runStarted('r1', { evaluations: size })]
  for (let index = 1; index <= size; index++) {
    const parent = parentOf(index)
    const estimate = 0.5 + random.next() * 2
    const verdict = random.pick<Verdict>(['accepted', 'rejected', 'rejected', 'inconclusive', 'inconclusive', 'approval-required'])
    const measured = verdict !== 'rejected' || random.next() < 0.5
    events.push(
      proposalMade('r1', `p${index}`, { step: index, parent: parent === 0 ? root : `c${parent}`, commit: `c${index}` }),
      decisionMade('r1', `p${index}`, decisionOf(verdict, measured ? { estimate, low: estimate * 0.9, high: random.next() < 0.1 ? Number.MAX_VALUE : estimate * 1.1 } : null)),
    )
  }
  return [...events, runFinished('r1', size === 0 ? null : 'p1')]
}

const shapes: readonly (readonly [string, readonly NewEvent[]])[] = [
  ['nothing', []],
  ['a run without proposals', runOf(0, () => 0)],
  ['one proposal', runOf(1, () => 0)],
  ['forty', runOf(40, (index) => Math.floor(index / 3))],
  ['2,000 in a star', runOf(2000, () => 0)],
  ['2,000 in one line', runOf(2000, (index) => index - 1)],
  ['2,000 in a tree', runOf(2000, (index) => Math.floor(index / 2))],
]

describe.each(shapes)('the page of %s', (_name, events) => {
  it('is well-formed, self-contained, forbids everything but its style, and stays small', async () => {
    const page = renderHtml(await reportOf(events))
    expect(XMLValidator.validate(page.replace('<!doctype html>', '').replaceAll(/<(meta|br)([^>]*)>/g, '<$1$2/>'))).toBe(true)
    expect(page).not.toMatch(/<script|<link|<img|<iframe|href=|src=|url\(|@import| on[a-z]+=|style="|NaN|undefined|Infinity/i)
    expect(page.replaceAll(/http-equiv/g, '')).not.toMatch(/https?:/)
    const style = /<style>(.*)<\/style>/s.exec(page)?.[1] ?? ''
    expect(page).toContain(`default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`)
    expect(page.length).toBeLessThan(500_000)
  })

  it('as Markdown is short and has tables of even width', async () => {
    const text = renderMarkdown(await reportOf(events))
    expect(text.length).toBeLessThan(12_000)
    expect(text).not.toMatch(/NaN|undefined|Infinity/)
    for (const block of text.split('\n\n').filter((part) => part.startsWith('|'))) {
      expect(new Set(block.trim().split('\n').map((line) => line.replaceAll('\\|', '').split('|').length)).size).toBe(1)
    }
  })
})

describe('a hostile proposal', () => {
  const attack = `</title></style><script>alert(1)</script><img src=x onerror=alert(1)>"' onload=x | \`]\n# owned\n[click](javascript:alert(1)) \u001b]0;owned\u0007\u202e https://evil.example`
  const hostile: readonly NewEvent[] = [
    runStarted(attack, { strategy: attack, proposer: attack, tier: attack, baseline: root, configDigest: attack }),
    proposalMade(attack, attack, { parent: root, commit: attack, operator: attack, rationale: attack, path: attack }),
    decisionMade(attack, attack, { ...decisionOf('accepted', { estimate: 2, low: 1.5, high: 3 }), reasons: [{ code: 'proven-gain', message: attack }] }),
    runFinished(attack, attack),
    { kind: 'application-intended', body: { application: attack, proposal: attack, ref: attack, expected: null, commit: attack } },
  ]

  it('gets no element, attribute or address of its own into the page', async () => {
    const page = renderHtml(await reportOf(hostile))
    const clean = renderHtml(await reportOf(JSON.parse(JSON.stringify(hostile).replaceAll(JSON.stringify(attack), '"plain"')) as NewEvent[]))
    const tags = (text: string): readonly string[] => (text.replace(/<style>.*<\/style>/s, '').match(/<[^>]*>/g) ?? []).map((tag) => tag.replaceAll(/="[^"]*"/g, '=""'))
    expect(tags(page)).toEqual(tags(clean))
    for (const sign of ['\u001b', '\u0007', '\u202e']) expect(page).not.toContain(sign)
    expect(new XMLParser({ ignoreAttributes: false }).parse(page.replace('<!doctype html>', '').replaceAll(/<(meta|br)([^>]*)>/g, '<$1$2/>'))).toHaveProperty('html')
  })

  it('gets no heading, link, row or terminal command of its own into the Markdown', async () => {
    const text = renderMarkdown(await reportOf(hostile))
    expect(text).not.toMatch(/^# owned/m)
    // oxlint-disable-next-line no-control-regex -- a terminal command is what must not be there
    expect(text).not.toMatch(/[\u001b\u0007\u202e]/)
    const outsideCode = text.replaceAll(/(`+)(?!`).*?[^`]\1(?!`)/g, '')
    expect(outsideCode).not.toMatch(/<script|(?<!\\)\[click|[^\\]:\/\//)
  })
})
