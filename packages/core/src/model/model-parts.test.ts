import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { builtInPrices } from '../adapters/model-providers/built-in-prices.ts'
import { seededRandom } from '../randomness/seeded-random.ts'
import { modelsSchema } from '../target/models-config.ts'
import { isPrivateAddress } from '../target/private-address.ts'
import { findPrice } from './model-price.ts'
import { nanoUsd, usdText } from './money.ts'
import { createRedactor } from './redaction.ts'
import { ReplyFlow, type ReplyPiece } from './reply-flow.ts'
import { retryDelay } from './retry-delay.ts'
import { noSpending, SpendingBudget, type Spending } from './spending-budget.ts'

describe('a budget', () => {
  it('is never passed, whatever is reserved and settled in whatever order', () => {
    const step = fc.record({ about: fc.constantFrom('a', 'b', null), to: fc.constantFrom('g', 'h', null), nanoUsd: fc.nat(50), tokens: fc.nat(50), used: fc.double({ min: 0, max: 1, noNaN: true }), settle: fc.nat() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(200), fc.nat(200), fc.nat(120), (steps, cap, own, granted) => {
        const budget = new SpendingBudget({ run: { nanoUsd: cap, tokens: null, calls: 20 }, proposal: { nanoUsd: null, tokens: own, calls: null } })
        const open: { readonly settle: () => void; readonly charged: Spending; readonly most: Spending; readonly to: string | null }[] = []
        const ofGrant = { g: 0, h: 0 }
        let spent = noSpending
        for (const { about, to, nanoUsd: money, tokens, used, settle } of steps) {
          const most = { nanoUsd: money, tokens, calls: 1 }
          const room = budget.reserve({ about, ...(to === null ? {} : { granted: { to, limits: { nanoUsd: granted, tokens: null, calls: 5 } } }) }, most)
          if ('settle' in room) {
            const charged = { nanoUsd: Math.floor(money * used), tokens: Math.floor(tokens * used), calls: 1 }
            open.push({ most, charged, to, settle: () => room.settle(charged) })
          }
          if (settle % 2 === 0 && open.length > 0) {
            const [one] = open.splice(settle % open.length, 1)
            one?.settle()
            if (one?.to === 'g' || one?.to === 'h') ofGrant[one.to] += one.charged.nanoUsd
            spent = { nanoUsd: spent.nanoUsd + (one?.charged.nanoUsd ?? 0), tokens: 0, calls: 0 }
          }
          expect(budget.held.nanoUsd).toBe(spent.nanoUsd + open.reduce((sum, one) => sum + one.most.nanoUsd, 0))
          expect(budget.held.nanoUsd).toBeLessThanOrEqual(cap)
          for (const name of ['g', 'h'] as const) expect(ofGrant[name] + open.filter((one) => one.to === name).reduce((sum, one) => sum + one.most.nanoUsd, 0)).toBeLessThanOrEqual(granted)
          expect(budget.held.calls).toBeLessThanOrEqual(20)
        }
      }),
    )
  })

  it('lets nobody charge more than was kept, or twice', () => {
    const room = new SpendingBudget({ run: { nanoUsd: 10, tokens: null, calls: null }, proposal: { nanoUsd: null, tokens: null, calls: null } }).reserve({ about: null }, { nanoUsd: 5, tokens: 5, calls: 1 })
    if (!('settle' in room)) throw new TypeError('no room')
    expect(() => room.settle({ nanoUsd: 6, tokens: 5, calls: 1 })).toThrow(TypeError)
    room.settle({ nanoUsd: 5, tokens: 5, calls: 1 })
    expect(() => room.settle(noSpending)).toThrow(TypeError)
  })
})

describe('waiting before another try', () => {
  it('grows, stays below its bound, and is never shorter than asked for', () => {
    const random = seededRandom('wait')
    for (let failures = 1; failures < 40; failures++) {
      expect(retryDelay(failures, null, random)).toBeLessThanOrEqual(Math.min(30_000, 500 * 2 ** failures))
      expect(retryDelay(failures, 1234, random)).toBeGreaterThanOrEqual(1234)
    }
    expect(retryDelay(1, 3_600_000, random)).toBeNull()
  })
})

describe('prices', () => {
  it('are found by the model’s name, dated or behind a vendor, and never taken from another model', async () => {
    const table = await builtInPrices()
    const own = { version: 1 as const, models: { 'gpt-4o': { input: 1, output: 2 } } }
    expect(findPrice([table], 'gpt-4o-2024-08-06')).toEqual({ input: 2500, output: 10_000 })
    expect(findPrice([table, own], 'openai/gpt-4o')).toEqual({ input: 1000, output: 2000 })
    expect(findPrice([table], 'gpt-4o-mini')).toEqual({ input: 150, output: 600 })
    expect(findPrice([table], 'claude-sonnet-4-5-20250929')).toEqual({ input: 3000, output: 15_000 })
    for (const unknown of ['gpt-4o-pro-max', 'my-gpt-4o', 'llama', '']) expect(findPrice([table], unknown)).toBeNull()
  })

  it('are rounded up, and told in dollars', () => {
    expect([nanoUsd(1), nanoUsd(0.15 / 1e6), nanoUsd(1e-12), nanoUsd(0)]).toEqual([1e9, 150, 1, 0])
    expect([usdText(0), usdText(1_234_567), usdText(2_500_000_000)]).toEqual(['$0', '$0.001235', '$2.50'])
  })
})

describe('addresses', () => {
  it.each(['127.0.0.1', '127.9.9.9', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '::1', 'fd00::1', 'fe80::1%eth0', '::ffff:127.0.0.1'])('%s is one’s own', (address) => expect(isPrivateAddress(address)).toBe(true))
  it.each(['8.8.8.8', '172.32.0.1', '169.254.169.254', '0.0.0.0', '100.128.0.1', '2001:db8::1', '::ffff:8.8.8.8', '::', 'localhost', ''])('%s is not', (address) => expect(isPrivateAddress(address)).toBe(false))
})

describe('redaction', () => {
  it('takes a key out in every spelling, and leaves ordinary code alone', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{12,40}$/), fc.string({ maxLength: 20 }), (key, around) => {
        const spelled = [key, key.toLowerCase(), Buffer.from(around + key).toString('hex'), Buffer.from(`${around}${key}.`).toString('base64'), [...key].join('-')]
        for (const text of spelled) expect(createRedactor([key]).redact(`${around} ${text} ${around}`)).toContain('[redacted')
      }),
    )
    const code = 'const token = await read("token.json") // sk-learn, AKIA, ghp_short'
    expect(createRedactor(['short', 'a-real-key-1']).redact(code)).toBe(code)
  })

  const { redact } = createRedactor([])
  const [begin, end] = ['BEGIN', 'END'].map((word) => `-----${word} RSA PRIVATE KEY-----`) as [string, string]
  const lines = Array.from({ length: 5 }, (_, line) => `MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ${line}`)

  it.each([
    ['as it is', `${begin}\nProc-Type: 4,ENCRYPTED\n\n${lines.join('\n')}\n${end}`],
    ['in a diff', `+${begin}\n+${lines.join('\n+')}\n+${end}`],
    ['in a string', `"${begin}\\n${lines.join('\\n')}\\n${end}"`],
    ['cut off', `${begin}\n${lines.join('\n')}\n`],
  ])('takes out a private key %s', (_, text) => {
    expect(redact(`a(); ${text} b();`)).not.toContain('MIIE')
    expect(redact(`a(); ${text} b();`)).toMatch(/^a\(\); .*b\(\);$/s)
  })

  it('leaves what only stands behind the beginning of a key', () => {
    const code = '\nsteal(process.env);\n:::0123456789ab end\nDoes it steal?'
    expect(redact(`// ${begin}${code}`)).toBe(`// ${begin}${code}`)
    expect(redact(`// ${begin}\n${lines.join('\n')}${code}\n// ${end} more`)).toContain(code)
  })

  it('takes a time that grows as the text does', () => {
    for (const hostile of [`${begin}\n`, '-----BEGIN A ', begin + lines.join(''), `${end}${begin} `, 'A']) {
      const started = performance.now()
      redact(hostile.repeat(Math.ceil(1_000_000 / hostile.length)))
      expect(performance.now() - started).toBeLessThan(3_000)
    }
  })
})

describe('models in the configuration', () => {
  const parse = (use: object, more: object = {}) => modelsSchema.safeParse({ use, ...more })

  it('know the usual endpoints, and send no key of one provider to the address of another', () => {
    const { use } = modelsSchema.parse({ use: { a: { provider: 'anthropic', model: 'm' }, l: { provider: 'ollama', model: 'm' }, o: { provider: 'openai', model: 'm', url: 'https://elsewhere.example/v1' } } })
    expect(use).toMatchObject({ a: { url: 'https://api.anthropic.com/v1', key: 'ANTHROPIC_API_KEY', isOwn: false }, l: { url: 'http://127.0.0.1:11434/v1', isOwn: true } })
    expect(use['o']).not.toHaveProperty('key')
  })

  it.each([
    ['a key itself', { m: { provider: 'openai', model: 'm', key: 'sk-123' } }],
    ['no address', { m: { provider: 'openai-compatible', model: 'm' } }],
    ['a password in the address', { m: { provider: 'vllm', model: 'm', url: 'http://u:p@host/v1' } }],
    ['another protocol', { m: { provider: 'vllm', model: 'm', url: 'file:///etc/passwd' } }],
    ['no model', {}],
  ])('refuse %s', (_, use) => expect(parse(use).success).toBe(false))

  it.each<[string, object, boolean]>([
    ['at its usual address', {}, true], ['here', { url: 'http://localhost:9/v1' }, true], ['in a private network', { url: 'http://192.168.1.7:8000/v1' }, true], ['here by IPv6', { url: 'http://[::1]:8000/v1' }, true],
    ['at an address of somebody else', { url: 'https://rented.example/v1' }, false], ['with a key', { url: 'http://127.0.0.1:8000/v1', key: 'PAID_KEY' }, false], ['at a name that only looks private', { url: 'http://127.0.0.1.example/v1' }, false], ['at a public address', { url: 'http://8.8.8.8/v1' }, false],
  ])('take vllm %s for one’s own or not', (_, more, own) => expect(modelsSchema.parse({ use: { m: { provider: 'vllm', model: 'm', ...more } } }).use['m']?.isOwn).toBe(own))

  it('refuse a judge that is none of them', () => expect(parse({ m: { provider: 'ollama', model: 'm' } }, { judge: 'other' }).success).toBe(false))
})

describe('a reply that is told as it comes', () => {
  const key = 'se-cret.KEY 12'
  const redactor = createRedactor([key, 'aabaabaab'])
  const part = fc.oneof(
    fc.constantFrom(key, key.slice(0, 6), key.toUpperCase(), Buffer.from(`xy${key}`).toString('base64'), [...key].join(' '), 'aabaabaab', 'aabaab', `AKIA${'Q'.repeat(16)}`, `ghp_${'a1'.repeat(20)}`, `sk-ant-${'b'.repeat(300)}`, '-----', '-----BEGIN PRIVATE KEY-----', '-----END PRIVATE KEY-----', '-----BEGIN RSA PRIV', `\n${'QUJD'.repeat(12)}\n`, 'words ', ' ', '\n', '\u{1F600}', '(', '-', 'x'),
    fc.string({ unit: 'grapheme', maxLength: 4 }),
  )

  it('is what is written down, wherever it is cut into pieces, and no secret is in what was told', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 25 }), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }), (parts, sizes) => {
        const text = parts.join('')
        const pieces: ReplyPiece[] = []
        const flow = new ReplyFlow(redactor, (piece) => pieces.push(piece))
        let at = 0
        for (let index = 0; at < text.length; index++) {
          const size = sizes[index % sizes.length] ?? 1
          flow.add({ kind: 'text', text: text.slice(at, at + size) })
          at += size
        }
        const whole = { text: redactor.redact(text), toolCalls: [], finish: 'stop' as const, usage: { input: 1, output: 1 } }
        const rest = flow.rest(whole)
        expect(rest).not.toBeNull()
        expect([...pieces, ...(rest ?? [])].map((piece) => (piece.kind === 'text' ? piece.text : '')).join('')).toBe(whole.text)
      }),
      { numRuns: 1000 },
    )
  })

  it('is told word by word, and after a thousand pieces in larger ones', () => {
    const pieces: ReplyPiece[] = []
    const flow = new ReplyFlow(redactor, (piece) => pieces.push(piece))
    for (let index = 0; index < 5000; index++) flow.add({ kind: 'text', text: 'it, ' })
    expect(pieces.slice(0, 3)).toEqual([{ kind: 'text', text: 'it, ' }, { kind: 'text', text: 'it, ' }, { kind: 'text', text: 'it, ' }])
    expect(pieces.length).toBeLessThan(1300)
  })

  it('holds what does not end without looking at all of it every time', () => {
    let looks = 0
    const firm = (text: string): number => {
      looks++
      return redactor.firm(text)
    }
    const flow = new ReplyFlow({ ...redactor, firm }, () => undefined)
    for (let index = 0; index < 3000; index++) flow.add({ kind: 'text', text: 'x'.repeat(8) })
    expect(looks).toBeLessThan(300)
    expect(flow.hasTold).toBe(false)
  })
})
