import { createHash, generateKeyPairSync } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openCheckpoint, signCheckpoint } from './checkpoint.ts'
import { emptyRoot, leafHash, type Hash } from './merkle-hash.ts'
import { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from './merkle-proof.ts'
import { MerkleFrontier, rootAt, type NodeReader } from './merkle-tree.ts'
import { decodeVerifier, encodeVerifier, openNote, signNote } from './signed-note.ts'
import { bundleBytes, tileBytes, tilePath, tilesBetween } from './tile.ts'

const hex = (hash: Uint8Array): string => Buffer.from(hash).toString('hex')

/** MTH as RFC 6962, section 2.1 defines it, word for word: what the real one is held against. */
function definedRoot(entries: readonly Uint8Array[]): Buffer {
  const sha = (...parts: readonly Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest()
  if (entries.length === 0) return sha()
  if (entries.length === 1) return sha(Buffer.from([0]), entries[0] as Uint8Array)
  let k = 1
  while (k * 2 < entries.length) k *= 2
  return sha(Buffer.from([1]), definedRoot(entries.slice(0, k)), definedRoot(entries.slice(k)))
}

interface Grown {
  readonly entries: readonly Uint8Array[]
  readonly nodes: NodeReader
  readonly roots: readonly Hash[]
}

function grown(entries: readonly Uint8Array[]): Grown {
  const frontier = MerkleFrontier.empty()
  const kept = new Map<string, Hash>()
  const roots = [frontier.root()]
  for (const entry of entries) {
    for (const { level, index, hash } of frontier.append(entry)) kept.set(`${level} ${index}`, hash)
    roots.push(frontier.root())
  }
  const node: NodeReader['node'] = ({ level, index }) => {
    const hash = kept.get(`${level} ${index}`)
    if (hash === undefined) throw new RangeError(`no node ${level} ${index}`)
    return hash
  }
  return { entries, nodes: { node }, roots }
}

const numbered = (count: number): readonly Uint8Array[] => Array.from({ length: count }, (_, index) => Buffer.from(`entry ${index}`))

describe('a Merkle tree', () => {
  // The test vectors of the Certificate Transparency project, for RFC 6962.
  const vector = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map((text) => Buffer.from(text, 'hex'))
  const roots = [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d', 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7', '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef', 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c', '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ]

  it('has the roots that RFC 6962 gives it', () => {
    expect(grown(vector).roots.map(hex)).toEqual(roots)
    expect(hex(emptyRoot)).toBe(roots[0])
  })

  it('has proofs as RFC 6962, section 2.1.3, shows them', () => {
    const { nodes } = grown(numbered(7))
    const at = (level: number, index: number): string => hex(nodes.node({ level, index }))
    expect(inclusionProof(0, 7, nodes).map(hex)).toEqual([at(0, 1), at(1, 1), hex(definedRoot(numbered(7).slice(4)))])
    expect(inclusionProof(4, 7, nodes).map(hex)).toEqual([at(0, 5), at(0, 6), at(2, 0)])
    expect(inclusionProof(6, 7, nodes).map(hex)).toEqual([at(1, 2), at(2, 0)])
    expect(consistencyProof(3, 7, nodes).map(hex)).toEqual([at(0, 2), at(0, 3), at(1, 0), hex(definedRoot(numbered(7).slice(4)))])
    expect(consistencyProof(6, 7, nodes).map(hex)).toEqual([at(1, 2), at(0, 6), at(2, 0)])
  })

  it('has the roots of the definition at every size, also when its edge was read again', () => {
    const { entries, nodes, roots: found } = grown(numbered(300))
    for (let size = 0; size <= 300; size++) {
      expect(hex(found[size] as Hash)).toBe(hex(definedRoot(entries.slice(0, size))))
      expect(hex(rootAt(size, nodes))).toBe(hex(found[size] as Hash))
      expect(hex(MerkleFrontier.read(size, nodes).root())).toBe(hex(found[size] as Hash))
    }
    const again = MerkleFrontier.read(299, nodes)
    again.append(entries[299] as Uint8Array)
    expect([again.size, hex(again.root())]).toEqual([300, hex(found[300] as Hash)])
  })

  const tree = grown(numbered(140))
  const places = fc.tuple(fc.nat(139), fc.integer({ min: 1, max: 140 })).filter(([index, size]) => index < size)

  it('proves every entry, and nothing else', () => {
    fc.assert(
      fc.property(places, fc.nat(139), fc.nat(), ([index, size], other, flip) => {
        const proof = inclusionProof(index, size, tree.nodes)
        const claim = { index, size, leaf: leafHash(tree.entries[index] as Uint8Array), root: tree.roots[size] as Hash, proof }
        expect(verifyInclusion(claim)).toBe(true)
        if (other !== index) expect(verifyInclusion({ ...claim, index: other })).toBe(false)
        expect(verifyInclusion({ ...claim, leaf: leafHash(Buffer.from('another')) })).toBe(false)
        expect(verifyInclusion({ ...claim, root: flipped(claim.root, flip) })).toBe(false)
        expect(verifyInclusion({ ...claim, proof: [...proof, emptyRoot] })).toBe(false)
        if (proof.length > 0) {
          expect(verifyInclusion({ ...claim, proof: proof.slice(1) })).toBe(false)
          expect(verifyInclusion({ ...claim, proof: proof.map((hash, at) => (at === flip % proof.length ? flipped(hash, flip) : hash)) })).toBe(false)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('proves that it only grew', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 140 }), fc.integer({ min: 1, max: 140 }), fc.nat(), (one, two, flip) => {
        const [older, newer] = [Math.min(one, two), Math.max(one, two)]
        const proof = consistencyProof(older, newer, tree.nodes)
        const claim = { older, newer, olderRoot: tree.roots[older] as Hash, newerRoot: tree.roots[newer] as Hash, proof }
        expect(verifyConsistency(claim)).toBe(true)
        expect(verifyConsistency({ ...claim, olderRoot: flipped(claim.olderRoot, flip) })).toBe(false)
        expect(verifyConsistency({ ...claim, newerRoot: flipped(claim.newerRoot, flip) })).toBe(false)
        expect(verifyConsistency({ ...claim, proof: [...proof, emptyRoot] })).toBe(false)
        if (proof.length > 0) {
          expect(verifyConsistency({ ...claim, proof: proof.slice(1) })).toBe(false)
          expect(verifyConsistency({ ...claim, proof: proof.map((hash, at) => (at === flip % proof.length ? flipped(hash, flip) : hash)) })).toBe(false)
          if (older > 1) expect(verifyConsistency({ ...claim, older: older - 1 })).toBe(false)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('of which an entry was changed, dropped or put in proves nothing of the other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), fc.nat(), fc.constantFrom('change', 'drop', 'insert', 'swap'), (size, at, how) => {
        const entries = [...numbered(size)]
        const place = at % (size - 1)
        const before = grown(entries)
        if (how === 'change') entries[place] = Buffer.from('other')
        else if (how === 'drop') entries.splice(place, 1)
        else if (how === 'insert') entries.splice(place, 0, Buffer.from('other'))
        else [entries[place], entries[place + 1]] = [entries[place + 1] as Uint8Array, entries[place] as Uint8Array]
        const after = grown([...entries, ...numbered(5)])
        const newer = after.entries.length
        expect(verifyConsistency({ older: size, newer, olderRoot: before.roots[size] as Hash, newerRoot: after.roots[newer] as Hash, proof: consistencyProof(size, newer, after.nodes) })).toBe(false)
      }),
    )
  })

  it.each([[-1, 5], [5, 5], [1.5, 5], [0, 0], [0, Number.NaN]])('has no proof for entry %d of %d', (index, size) => {
    expect(() => inclusionProof(index, size, tree.nodes)).toThrow(RangeError)
    expect(verifyInclusion({ index, size, leaf: emptyRoot, root: emptyRoot, proof: [] })).toBe(false)
  })
})

function flipped(hash: Hash, at: number): Hash {
  const other = Uint8Array.from(hash)
  other[at % other.length] = (other[at % other.length] as number) ^ (1 << (at % 8))
  return other
}

describe('tiles', () => {
  it('lie where public tools look for them', () => {
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067')
    expect(tilePath({ level: 1, index: 5, width: 17 })).toBe('tile/1/005.p/17')
    expect(tilePath({ level: 'entries', index: 1000, width: 256 })).toBe('tile/entries/x001/000')
  })

  it('of a tree of 70,000 are those that the specification counts', () => {
    const tiles = tilesBetween(0, 70_000)
    const of = (level: number, isFull: boolean): readonly number[] => tiles.filter((tile) => tile.level === level && (tile.width === 256) === isFull).map(({ width }) => width)
    expect([of(0, true).length, of(0, false), of(1, true).length, of(1, false), of(2, true).length, of(2, false)]).toEqual([273, [112], 1, [17], 0, [1]])
    expect(tilesBetween(0, 256).map(tilePath)).toEqual(['tile/0/000', 'tile/1/000.p/1'])
  })

  it('are all there, whenever somebody asked for those that were new', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(900), { minLength: 1, maxLength: 6 }), (sizes) => {
        const found = new Set<string>()
        let known = 0
        for (const size of sizes.toSorted((a, b) => a - b)) {
          for (const tile of tilesBetween(known, size)) found.add(tilePath(tile))
          known = size
        }
        for (const tile of tilesBetween(0, known)) expect(found).toContain(tilePath(tile))
      }),
    )
  })

  it('hold hashes from which the root is computed anew', () => {
    const { entries, nodes, roots } = grown(numbered(600))
    const hashes = tilesBetween(0, 600).filter(({ level }) => level === 0).map((tile) => tileBytes(tile, nodes))
    expect(hex(Buffer.concat(hashes))).toBe(entries.map((entry) => hex(leafHash(entry))).join(''))
    const [upper] = tilesBetween(0, 600).filter(({ level }) => level === 1)
    expect(upper).toEqual({ level: 1, index: 0, width: 2 })
    expect(hex(tileBytes(upper as NonNullable<typeof upper>, nodes))).toBe(hex(definedRoot(entries.slice(0, 256))) + hex(definedRoot(entries.slice(256, 512))))
    expect(hex(definedRoot(entries))).toBe(hex(roots[600] as Hash))
  })

  it('of entries say how long each is', () => {
    expect(hex(bundleBytes([Buffer.from('ab'), Buffer.alloc(0), Buffer.alloc(258, 1)]))).toBe(`00026162${'0000'}0102${'01'.repeat(258)}`)
    expect(() => bundleBytes([Buffer.alloc(65_536)])).toThrow(RangeError)
  })
})

describe('a signed note', () => {
  const pair = generateKeyPairSync('ed25519')
  const other = generateKeyPairSync('ed25519')
  const signer = { name: 'log.example/one', key: pair.privateKey }
  const verifier = { name: 'log.example/one', key: pair.publicKey }

  it('of somebody else opens: the example of the specification', () => {
    const note = 'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n'
    expect(openNote(note, [verifier])).toEqual({ ok: false, problem: 'unsigned' })
  })

  it('opens for who knows the key, with the text as it was', () => {
    for (const text of ['a\n', 'one\n\ntwo\n', 'ü — 漢\n', '\n']) {
      const note = signNote(text, [{ name: 'stranger', key: other.privateKey }, signer])
      expect(openNote(note, [verifier])).toEqual({ ok: true, text, signers: [verifier] })
    }
  })

  it('changed in any byte does not', () => {
    const note = signNote('some text\nof two lines\n', [signer])
    fc.assert(
      fc.property(fc.nat(note.length - 1), fc.constantFrom('A', '\n', ' ', '=', 'z'), (at, character) => {
        const changed = note.slice(0, at) + character + note.slice(at + 1)
        if (changed !== note) expect(openNote(changed, [verifier]).ok).toBe(false)
      }),
      { numRuns: 500 },
    )
    expect(openNote(note + note, [verifier]).ok).toBe(false)
    expect(openNote(note, [{ name: 'log.example/one', key: other.publicKey }])).toEqual({ ok: false, problem: 'unsigned' })
    expect(openNote(note, [{ name: 'log.example/two', key: pair.publicKey }])).toEqual({ ok: false, problem: 'unsigned' })
  })

  it('is never made of what cannot be one', () => {
    for (const text of ['no end', 'a\u0000\n', 'tab\t\n', '\uD800\n']) expect(() => signNote(text, [signer])).toThrow(TypeError)
    for (const name of ['', 'a b', 'a+b', 'a\u00A0b', 'a\nb']) expect(() => signNote('a\n', [{ ...signer, name }])).toThrow(TypeError)
  })

  it('has keys that are written down and read again', () => {
    const text = encodeVerifier(verifier)
    expect(text).toMatch(/^log\.example\/one\+[0-9a-f]{8}\+/)
    expect(encodeVerifier(decodeVerifier(text) as NonNullable<ReturnType<typeof decodeVerifier>>)).toBe(text)
    // The key of Go's checksum database, which has the same format.
    const known = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8'
    expect(encodeVerifier(decodeVerifier(known) as NonNullable<ReturnType<typeof decodeVerifier>>)).toBe(known)
    for (const wrong of ['', 'a+b+c', known.replace('033d', '133d'), known.slice(0, -4), `${known}AAAA`, known.replace('+Ac', '+Bc')]) expect(decodeVerifier(wrong)).toBeNull()
  })

  it('of a checkpoint is read as one, and nothing else is', () => {
    const root = leafHash(Buffer.from('x'))
    const note = signCheckpoint({ origin: 'log.example', size: 12, root }, [signer])
    expect(openCheckpoint(note, [verifier])).toMatchObject({ ok: true, checkpoint: { origin: 'log.example', size: 12 } })
    const bad = ['log.example\n012\nAAAA\n', 'log.example\n12\nAAAA\n', `log.example\n1e3\n${Buffer.from(root).toString('base64')}\n`, `\n12\n${Buffer.from(root).toString('base64')}\n`, 'a\n', `log.example\n12\n${Buffer.from(root).toString('base64')}\n\nmore\n`, `log.example\n99999999999999999999\n${Buffer.from(root).toString('base64')}\n`]
    for (const text of bad) expect(openCheckpoint(signNote(text, [signer]), [verifier])).toEqual({ ok: false, problem: 'malformed' })
    expect(() => signCheckpoint({ origin: 'two words', size: 1, root }, [signer])).toThrow(TypeError)
  })
})
