import { describe, expect, it } from 'vitest'
import { makeTarget, type Files, type Verdict } from '../target.ts'

/** Counts how often each word occurs, slowly. The benchmark says what it computed, as a good one does. */
const slow = `exports.counts = (words) => {
  if (!Array.isArray(words)) throw new TypeError('words must be a list')
  const unique = []
  for (const word of words) if (!unique.includes(word)) unique.push(word)
  return unique.map((word) => [word, words.filter((other) => other === word).length])
}
`
const fast = `exports.counts = (words) => {
  if (!Array.isArray(words)) throw new TypeError('words must be a list')
  const found = new Map()
  for (const word of words) found.set(word, (found.get(word) ?? 0) + 1)
  return [...found]
}
`
const drawing = `let state = Number(process.env.RATCHET_SEED)
const draw = (bound) => { state = (Math.imul(state, 1103515245) + 12345) >>> 0; return (state >>> 8) % bound }
`
const target: Files = {
  'ratchet.yaml': [
    'target: { edit: ["src/**"], protect: ["check/**"] }',
    'tests: [{ run: node --test check/counts.test.js, report: node, timeout: 20s }]',
    'oracle: [{ run: node check/oracle.js, cases: 40, timeout: 20s }]',
    'metrics: { speed: { run: node check/bench.js, measure: cpu-time, minimumEffect: 10%, timeout: 20s } }',
    'accept: { maximumPairs: 30 }',
    '',
  ].join('\n'),
  'src/counts.js': slow,
  'check/counts.test.js': `const test = require('node:test'), assert = require('node:assert'), { counts } = require('../src/counts.js')
test('counts', () => assert.deepEqual(counts(['a', 'b', 'a']), [['a', 2], ['b', 1]]))
test('refuses what is no list', () => assert.throws(() => counts('aa'), TypeError))
`,
  'check/oracle.js': `${drawing}const { counts } = require('../src/counts.js')
const call = (value) => { try { return { value: counts(value) } } catch (error) { return { error: error.name } } }
for (let n = 0; n < 40; n++) console.log(JSON.stringify(call(n % 8 === 7 ? [null, 'x'.repeat(2000 + draw(1000)), draw(9)][(n >> 3) % 3] : Array.from({ length: draw(60) }, () => 'w' + draw(20)))))
`,
  'check/bench.js': `${drawing}const { counts } = require('../src/counts.js')
let sum = 0
for (let n = 0; n < 5; n++) for (const [, count] of counts(Array.from({ length: 3000 }, () => 'w' + draw(700)))) sum += count * (n + 1)
console.log(sum)
`,
}

async function judge(source: string, changes: Files = {}): Promise<Verdict & { readonly evidence: { readonly canaries: { readonly caughtBy: string | null } | null; readonly disguise: { readonly kinds: readonly string[] } | null } }> {
  await using made = await makeTarget({ ...target, ...changes })
  await made.commit({ 'src/counts.js': source })
  const { document } = await made.json<Awaited<ReturnType<typeof judge>>>('evaluate', 'HEAD')
  return document
}

const codes = ({ verdict, reasons }: Verdict): readonly string[] => [verdict, ...reasons.map(({ code }) => code)]

describe('a verdict that a candidate cannot cheat', () => {
  it('accepts what is better and right, with evidence from a disguise and a canary', async () => {
    const verdict = await judge(fast)
    expect(codes(verdict)).toEqual(['accepted', 'proven-gain'])
    expect(verdict.evidence.disguise?.kinds).toEqual(['dressed as `node check/bench.js`, in another directory'])
    expect(['tests', 'oracle', 'output']).toContain(verdict.evidence.canaries?.caughtBy)
  })

  it('accepts it also where everything is built first, and stays until the last look', async () => {
    const built = Object.fromEntries(Object.entries(target).map(([file, text]) => [file, file.startsWith('check/') ? String(text).replace('../src/counts.js', '../built/counts.js') : text]))
    const config = `${String(target['ratchet.yaml'])}build: mkdir -p built && cp src/counts.js built/counts.js\n`
    expect(codes(await judge(fast, { ...built, 'ratchet.yaml': config }))).toEqual(['accepted', 'proven-gain'])
  })

  it('asks about a gain that takes another file along, or breaks another place', async () => {
    const other = { 'src/prices.js': 'exports.price = (n) => (n > 10 ? 5 * n : 6 * n)\n' }
    await using made = await makeTarget({ ...target, ...other })
    await made.commit({ 'src/counts.js': fast, 'src/prices.js': 'exports.price = (n) => 6 * n\n' })
    const { document } = await made.json<Verdict>('evaluate', 'HEAD')
    expect(codes(document)).toEqual(['approval-required', 'proven-gain', 'weak-evidence'])
  })

  it('sees through what is right only where it is asked for answers', async () => {
    const knowing = fast.replace('  return [...found]', "  return require.main?.filename.includes('bench') ? [...found].slice(0, 3) : [...found]")
    expect(codes(await judge(knowing))).toEqual(['rejected', 'disguise-mismatch'])
    // The same by the directory, which says nothing any more.
    const placed = fast.replace('  return [...found]', "  return __dirname.startsWith('/work') ? [...found] : []")
    expect(codes(await judge(placed))[0]).toBe('rejected')
  })

  it('sees through what is right only under evaluation', async () => {
    const marked = `const where = (() => 1).constructor('return pro' + 'cess.e' + 'nv')()\nconst isReal = where['RATCHET' + '_SEED'] === undefined\n${fast.replace('[...found]', 'isReal ? [] : [...found]')}`
    expect(codes(await judge(marked))).toEqual(['rejected', 'disguise-mismatch'])
  })

  it('sees that a benchmark which also prints times is not given its results', async () => {
    const config = String(target['ratchet.yaml']).replace(/^oracle.*\n/m, '')
    const timed = String(target['check/bench.js']).replace('console.log(sum)', "console.log('checksum', sum)\nconsole.log('elapsed', performance.now())")
    const lazy = fast.replace('  return [...found]', '  return words.length > 100 ? [] : [...found]')
    expect(codes(await judge(lazy, { 'ratchet.yaml': config, 'check/bench.js': timed }))).toEqual(['rejected', 'metric-output-differs'])
  })

  it('sees that the benchmark is not given its results, where there is no oracle', async () => {
    const config = String(target['ratchet.yaml']).replace(/^oracle.*\n/m, '')
    const lazy = fast.replace('  return [...found]', '  return words.length > 100 ? [] : [...found]')
    expect(codes(await judge(lazy, { 'ratchet.yaml': config }))).toEqual(['rejected', 'metric-output-differs'])
  })

  it('takes no gain on some inputs that others pay for', async () => {
    const paid = fast.replace("  if (!Array.isArray(words)) throw", "  if (!Array.isArray(words)) for (let n = 0, end = String(words).length * 4e5; n < end; n++) state ^= n\n  if (!Array.isArray(words)) throw").replace('exports.counts', 'let state = 1\nexports.counts')
    // One launch brings half of the cases: what is found in it ends the comparison.
    const config = String(target['ratchet.yaml']).replace('cases: 40', 'cases: 80')
    expect(codes(await judge(paid, { 'ratchet.yaml': config }))).toEqual(['rejected', 'oracle-slower'])
  })

  it('notices that a change has silenced the tests', async () => {
    const config = String(target['ratchet.yaml']).replace(/^oracle.*\n/m, '')
    const silent = String(target['check/bench.js']).replace('console.log(sum)\n', '')
    // Written so that no rule on the text denies it.
    const assertions = `const judge = require(['node', 'assert'].join(':'))\nfor (const name of ['deepEqual', 'throws']) Reflect.set(judge, name, () => undefined)\n${fast}`
    expect(codes(await judge(assertions, { 'ratchet.yaml': config, 'check/bench.js': silent }))).toEqual(['rejected', 'tests-silenced'])
  })

  it('does not believe judges that a broken change does not disturb', async () => {
    const config = String(target['ratchet.yaml']).replace(/^oracle.*\n/m, '')
    const unused = { 'check/counts.test.js': "const test = require('node:test')\ntest('loads', () => { require('../src/counts.js') })\n", 'check/bench.js': String(target['check/bench.js']).replace('sum += count * (n + 1)', ';').replace('console.log(sum)\n', '') }
    const verdict = await judge(fast, { 'ratchet.yaml': config, ...unused })
    expect([verdict.verdict, verdict.reasons.some(({ code }) => code === 'weak-evidence')]).toEqual(['approval-required', true])
  })

  it('asks a person about a gain that is bought with memory', async () => {
    const hoarding = fast.replace('exports.counts', 'const kept = []\nexports.counts').replace('  const found', '  if (words.length > 100 && kept.length < 5) kept.push(Buffer.alloc(16 * 1024 * 1024, words.length % 255))\n  const found')
    // Enough to do that filling memory does not eat the gain.
    const longer = String(target['check/bench.js']).replace('n < 5', 'n < 20')
    const verdict = await judge(hoarding, { 'check/bench.js': longer })
    // On a busy machine filling memory costs time on the clock as well.
    expect(codes(verdict), JSON.stringify(verdict.reasons)).toEqual(expect.arrayContaining(['approval-required', 'proven-gain', 'resource-cost']))
  })
})
