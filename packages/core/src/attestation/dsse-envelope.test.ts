import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSignedBy, openEnvelope, payloadType, preAuthEncoding, sealEnvelope } from './dsse-envelope.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const name = 'ratchet/0011223344556677'
const seal = (payload: Uint8Array): string => sealEnvelope(payload, { name, key: privateKey })

describe('the encoding that DSSE signs', () => {
  // protocol.md of DSSE 1.0.2, "Test Vectors".
  const [type, body] = ['http://example.com/HelloWorld', Buffer.from('hello world')]

  it('is that of the specification', () => {
    expect(preAuthEncoding(type, body).toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world')
  })

  it('is what the signature of the specification was made of', () => {
    const word = (digits: string): string => Buffer.from(BigInt(digits).toString(16).padStart(64, '0'), 'hex').toString('base64url')
    const jwk = { kty: 'EC', crv: 'P-256', x: word('46950820868899156662930047687818585632848591499744589407958293238635476079160'), y: word('5640078356564379163099075877009565129882514886557779369047442380624545832820') }
    const key = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' as const }
    const signature = Buffer.from('A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==', 'base64')
    expect(verify('sha256', preAuthEncoding(type, body), key, signature)).toBe(true)
    expect(verify('sha256', preAuthEncoding(`${type}2`, body), key, signature)).toBe(false)
  })

  it('counts bytes, and is another one for every other pair of type and body', () => {
    expect(preAuthEncoding('ü', Buffer.from('ä😀')).toString()).toBe('DSSEv1 2 ü 6 ä😀')
    fc.assert(
      fc.property(fc.string(), fc.uint8Array(), fc.string(), fc.uint8Array(), (one, first, two, second) => {
        const isSame = one === two && Buffer.from(first).equals(second)
        expect(preAuthEncoding(one, first).equals(preAuthEncoding(two, second))).toBe(isSame)
      }),
    )
  })
})

describe('an envelope', () => {
  it('is one text for one payload and key, which another implementation verifies', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (payload) => {
        const text = seal(payload)
        expect(seal(payload)).toBe(text)
        const { payload: encoded, payloadType: type, signatures } = JSON.parse(text) as { readonly payload: string; readonly payloadType: string; readonly signatures: readonly { readonly sig: string; readonly keyid: string }[] }
        const bytes = Buffer.from(encoded, 'base64')
        const signed = Buffer.from(`DSSEv1 ${type.length} ${type} ${bytes.length} ${bytes.toString('latin1')}`, 'latin1')
        expect([bytes.equals(payload), type, signatures.length, verify(null, signed, publicKey, Buffer.from(signatures[0]?.sig ?? '', 'base64'))]).toEqual([true, 'application/vnd.in-toto+json', 1, true])
        const opened = openEnvelope(text)
        expect(opened.ok && isSignedBy(opened.envelope, { key: publicKey })).toBe(true)
        expect(opened.ok && isSignedBy(opened.envelope, { key: createPublicKey(generateKeyPairSync('ed25519').privateKey) })).toBe(false)
      }),
    )
  })

  it('of which any byte is another one is refused, or signed by nobody, or names another key', () => {
    const text = seal(Buffer.from('{"a":1}'))
    const keyid = /"keyid":"([^"]+)"/.exec(text)?.[1]
    fc.assert(
      fc.property(fc.nat({ max: text.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = Buffer.from(text)
        bytes[at] = (bytes[at] ?? 0) ^ change
        const opened = openEnvelope(bytes.toString('latin1'))
        expect(opened.ok && isSignedBy(opened.envelope, { key: publicKey }) && opened.envelope.keyid === keyid).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })

  it('of a real key is the same everywhere', () => {
    // A key that is no secret: 32 bytes of one value.
    const key = createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 7)]), format: 'der', type: 'pkcs8' })
    expect(createHash('sha256').update(sealEnvelope(Buffer.from('{}'), { name, key })).digest('hex')).toBe('b8913c4d9ab1ccb8ea09f2f73ca2d42f2c4d13d8782d7052fca183f144f18df8')
  })

  const parts = JSON.parse(seal(Buffer.from('{"a":1}'))) as { payload: string; payloadType: string; signatures: { keyid: string; sig: string }[] }
  const [only = { keyid: '', sig: '' }] = parts.signatures
  const text = (value: unknown): string => `${JSON.stringify(value)}\n`
  const plain = text(parts)
  it.each([
    ['no JSON', 'x', /no JSON/],
    ['nothing', '', /no JSON/],
    ['another document', '{"a":1}\n', /no DSSE envelope/],
    ['another payload type', text({ ...parts, payloadType: 'application/json' }), /payloadType is "application\/json"/],
    ['another spelling of the payload type', text({ ...parts, payloadType: `${payloadType};v=1` }), /payloadType/],
    ['no signature', text({ ...parts, signatures: [] }), /0 signatures/],
    ['a signature more', text({ ...parts, signatures: [only, only] }), /2 signatures/],
    ['a member more', text({ ...parts, zebra: 1 }), /nothing else/],
    ['a member more in its signature', text({ ...parts, signatures: [{ ...only, zebra: 1 }] }), /nothing else/],
    ['a member twice', plain.replace('{"payload"', '{"payload":"e30=","payload"'), /canonical/],
    ['a member twice, the last one wrong', plain.replace(/\}\n$/, ',"payloadType":"application/json"}\n'), /payloadType/],
    ['other order', text({ payloadType: parts.payloadType, payload: parts.payload, signatures: parts.signatures }), /canonical/],
    ['white space', `${JSON.stringify(parts, null, 2)}\n`, /canonical/],
    ['no line end', plain.trimEnd(), /canonical/],
    ['two line ends', `${plain}\n`, /canonical/],
    ['line ends of Windows', plain.replace('\n', '\r\n'), /canonical/],
    ['a byte order mark', `\u{feff}${plain}`, /no JSON/],
    ['base64 for addresses', text({ ...parts, payload: '__8=' }), /base64/],
    ['base64 with bits to spare', text({ ...parts, payload: 'e31=' }), /base64/],
    ['base64 without padding', text({ ...parts, payload: 'e30' }), /base64/],
    ['a short signature', text({ ...parts, signatures: [{ ...only, sig: 'AAAA' }] }), /base64/],
    ['no payload', text({ payloadType: parts.payloadType, signatures: parts.signatures }), /no DSSE envelope/],
  ])('with %s is refused', (_what, bad, why) => {
    const opened = openEnvelope(bad)
    expect(opened).toMatchObject({ ok: false, problem: expect.stringMatching(why) as string })
    expect(openEnvelope(plain).ok).toBe(true)
  })

  it('is not signed by what was signed for another type', () => {
    const forged = text({ ...parts, signatures: [{ ...only, sig: sign(null, preAuthEncoding('application/json', Buffer.from('{"a":1}')), privateKey).toString('base64') }] })
    const opened = openEnvelope(forged)
    expect(opened.ok && isSignedBy(opened.envelope, { key: publicKey })).toBe(false)
  })
})
