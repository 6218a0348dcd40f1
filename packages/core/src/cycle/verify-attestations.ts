import { attestedCommit, type Attested, type AttestationKind } from '../attestation/attestation.ts'
import { envelopeDigest, isSignedBy, keyHint, openEnvelope, parseJson, type Envelope } from '../attestation/dsse-envelope.ts'
import { statementDifferences } from '../attestation/statement-differences.ts'
import { peekStatement, statementText, type ClaimedStatement } from '../attestation/statement.ts'
import type { EventBodies, JournalEvent } from '../journal/event.ts'
import type { ObjectId, ProposalId } from '../proposal/proposal.ts'
import { LogKeys, type LogKey } from '../transparency-log/log-keys.ts'
import { logOrigin } from '../transparency-log/log-origin.ts'
import type { Hash } from '../transparency-log/merkle-hash.ts'
import type { NoteVerifier } from '../transparency-log/signed-note.ts'
import { AttestedFacts } from './attested-facts.ts'

/** An envelope that somebody kept. */
export interface KeptAttestation {
  /** For a person: the file, or the commit with the note. */
  readonly source: string
  /** Or how it is read, once and late: a journal has many of them, each as a file and as a note. */
  readonly text: string | (() => string)
  /** `given`: asked for by name, so that one of another journal is no other matter, but wrong. */
  readonly place: 'file' | 'note' | 'given'
  /** The commit that it must be for: the one that the note lies on, or that was asked for. Null: whichever it names. */
  readonly commit: ObjectId | null
  /** The digest that the file is named by. */
  readonly digest?: string
}

export interface VerifiedAttestation {
  readonly attestation: string
  readonly kind: AttestationKind
  readonly proposal: ProposalId
  readonly about: number
  readonly commit: ObjectId
  readonly tree: ObjectId
  readonly base: ObjectId
  readonly places: readonly KeptAttestation['place'][]
}

export interface VerifiedAttestations {
  /** Those that were found, each made again from the record, byte for byte. */
  readonly held: readonly VerifiedAttestation[]
  /** Recorded as written, and found neither as a file nor as a note. */
  readonly lost: readonly string[]
  /** Verdicts and applications that should have one and have none yet. */
  readonly due: number
  /** Where attestations of other journals lie. */
  readonly foreign: readonly string[]
}

export type BrokenAttestation = { readonly ok: false; readonly brokenAt: number; readonly problem: 'attestation' | 'rolled-back' | 'forked'; readonly detail: string }
export type AttestationVerification = { readonly ok: true; readonly attestations: VerifiedAttestations } | BrokenAttestation

interface Fact {
  readonly attested: Attested
  readonly root: Hash
}

type Intent = EventBodies['attestation-intended'] & { readonly sequence: number }

/** Makes every statement again from the events, in the same pass as everything else, and holds what was kept against it. Needs events whose links hold; see `checkLink`. */
export class AttestationCheck {
  readonly #kept: readonly KeptAttestation[]
  readonly #key: NoteVerifier | null
  readonly #facts = new AttestedFacts()
  readonly #made = new Map<number, Fact>()
  readonly #intents = new Map<string, Intent>()
  readonly #settled = new Map<string, EventBodies['attestation-settled']>()
  #keys = new LogKeys('')
  #origin = ''
  #size = 0

  constructor(kept: readonly KeptAttestation[], key: NoteVerifier | null) {
    this.#kept = kept
    this.#key = key
  }

  /** `root`: over the log as it is with this event. */
  add(event: JournalEvent, root: () => Hash): BrokenAttestation | null {
    if (this.#size === 0) {
      this.#origin = logOrigin(event)
      this.#keys = new LogKeys(this.#origin)
    }
    this.#size = event.sequence
    const attested = this.#facts.add(event)
    if (attested !== null) this.#made.set(event.sequence, { attested, root: root() })
    if (event.kind === 'key-introduced') this.#keys.add(event.body, event.sequence)
    if (event.kind === 'attestation-intended') return this.#intend(event)
    if (event.kind === 'attestation-settled') return this.#settle(event)
    return null
  }

  #intend({ body, sequence }: Extract<JournalEvent, { readonly kind: 'attestation-intended' }>): BrokenAttestation | null {
    const fact = this.#made.get(body.about)
    if (fact === undefined) return broken(sequence, `event ${sequence} records an attestation of event ${body.about}, which is neither an accepted verdict nor an application that was made`)
    if (attestedCommit(fact.attested) !== body.commit) return broken(sequence, `event ${sequence} records an attestation of event ${body.about} for commit ${String(body.commit)}, which is for ${attestedCommit(fact.attested)}`)
    if (this.#keys.at(sequence)?.text !== body.key) return broken(sequence, `event ${sequence} records an attestation that was signed by ${String(body.key)}, which is not the key of the log at that point`)
    this.#intents.set(body.attestation, { ...body, sequence })
    return null
  }

  #settle({ body, sequence }: Extract<JournalEvent, { readonly kind: 'attestation-settled' }>): BrokenAttestation | null {
    if (this.#intents.get(body.attestation)?.about !== body.about) return broken(sequence, `event ${sequence} says that an attestation was written which was never intended`)
    this.#settled.set(body.attestation, body)
    return null
  }

  finish(): AttestationVerification {
    const places = new Map<string, Set<KeptAttestation['place']>>()
    const foreign: string[] = []
    // What was asked for by name first.
    for (const kept of this.#kept.toSorted((a, b) => Number(b.place === 'given') - Number(a.place === 'given'))) {
      const found = this.#check(kept)
      if (found === 'foreign') foreign.push(kept.source)
      else if (typeof found !== 'string') return found
      else places.set(found, (places.get(found) ?? new Set()).add(kept.place))
    }
    const held = [...places].map(([attestation, where]): VerifiedAttestation => this.#verified(attestation, [...where]))
    const done = new Set([...this.#settled.values()].map(({ about }) => about))
    return { ok: true, attestations: { held, lost: [...this.#settled.keys()].filter((digest) => !places.has(digest)), due: [...this.#made.keys()].filter((about) => !done.has(about)).length, foreign } }
  }

  #verified(attestation: string, places: readonly KeptAttestation['place'][]): VerifiedAttestation {
    const { about, proposal } = this.#intents.get(attestation) as Intent
    const { attested } = this.#made.get(about) as Fact
    const { tree, base } = attested.kind === 'verdict' ? { tree: attested.change.tree, base: attested.change.baseline } : { tree: attested.application.tree, base: attested.application.parent }
    return { attestation, kind: attested.kind, proposal, about, commit: attestedCommit(attested), tree, base, places }
  }

  /** Its digest; `foreign` for one of another journal that nobody asked for; else what is wrong with it. */
  #check({ text: held, ...from }: KeptAttestation): string | BrokenAttestation {
    const kept = { ...from, text: typeof held === 'string' ? held : held() }
    const { source, text, place, commit, digest } = kept
    const opened = openEnvelope(text)
    if (!opened.ok) return broken(this.#size, `${source} is no attestation: ${opened.problem}`)
    const claimed = peekStatement(opened.envelope.payload)
    if (claimed === null) return broken(this.#size, `${source} holds no statement of Ratchet's: another type of it, or members missing`)
    if (claimed.origin !== this.#origin) return place === 'given' ? broken(this.#size, `${source} is an attestation of another journal, ${claimed.origin}; this one is ${this.#origin}`) : 'foreign'
    const wrong = this.#wrongStatement(source, claimed, opened.envelope) ?? this.#wrongSignature(kept, claimed, opened.envelope)
    if (wrong !== null) return wrong
    const own = envelopeDigest(text)
    if (digest !== undefined && digest !== own) return broken(claimed.sequence, `${source} is named by another digest than its own, ${own}`)
    if (commit !== null && commit !== claimed.commit) return broken(claimed.sequence, `${source} is an attestation of ${claimed.kind === 'verdict' ? 'a verdict on' : 'the application as'} ${claimed.commit}, not of ${commit}`)
    return own
  }

  /** It says something else than the record does. */
  #wrongStatement(source: string, claimed: ClaimedStatement, envelope: Envelope): BrokenAttestation | null {
    const { sequence } = claimed
    const isOurs = this.#signerOf(envelope) !== null
    if (sequence > this.#size) {
      const detail = `${source} is about event ${sequence}, and the journal ends at event ${this.#size}`
      return isOurs ? { ok: false, problem: 'rolled-back', brokenAt: this.#size + 1, detail: `${detail}: a key of the journal has signed it, so events are gone` } : broken(this.#size, `${detail}; no key of the journal has signed it`)
    }
    const fact = this.#made.get(sequence)
    if (fact === undefined) return broken(sequence, `${source} is about event ${sequence}, which is neither an accepted verdict nor an application that was made${isOurs ? '' : '; no key of the journal has signed it'}`)
    const recorded = statementText(fact.attested, { origin: this.#origin, root: fact.root })
    if (Buffer.from(recorded).equals(envelope.payload)) return null
    const differences = statementDifferences(claimed.value, parseJson(recorded)?.value)
    const detail = `${source} is not what the record makes of event ${sequence}: ${differences.length === 0 ? 'its statement is not in canonical form' : differences.join('; ')}${isOurs ? '' : '; no key of the journal has signed it'}`
    const isFork = isOurs && claimed.root !== Buffer.from(fact.root).toString('base64')
    return isFork ? { ok: false, problem: 'forked', brokenAt: sequence, detail } : broken(sequence, detail)
  }

  /** Its statement is right, and somebody else signed it, or nobody. */
  #wrongSignature({ source, text, place }: KeptAttestation & { readonly text: string }, { sequence }: ClaimedStatement, envelope: Envelope): BrokenAttestation | null {
    const signer = this.#signerOf(envelope)
    if (signer === null) return broken(sequence, `${source} was signed by no key that the journal names, or was changed after that`)
    if (keyHint(signer.verifier) !== envelope.keyid) return broken(sequence, `${source} names the key ${envelope.keyid}, and was signed by ${keyHint(signer.verifier)}`)
    const intent = this.#intents.get(envelopeDigest(text))
    if (intent === undefined) return broken(sequence, `${source} was signed by ${keyHint(signer.verifier)}${this.#wasReplaced(signer) ? ', which was replaced,' : ''} and the journal does not record it: another attestation of event ${sequence}, or none, was written`)
    if (intent.key !== signer.text) return broken(intent.sequence, `${source} was recorded as signed by another key than ${keyHint(signer.verifier)}`)
    if (place === 'given' && this.#key !== null && !this.#keys.descendsFrom(this.#key, intent.sequence)) return broken(sequence, `${source} was signed by ${keyHint(signer.verifier)}, for which the given key does not vouch`)
    return null
  }

  #signerOf(envelope: Envelope): LogKey | null {
    return this.#keys.all.find(({ verifier }) => isSignedBy(envelope, verifier)) ?? null
  }

  #wasReplaced(key: LogKey): boolean {
    return this.#keys.current !== null && this.#keys.current.text !== key.text
  }
}

function broken(brokenAt: number, detail: string): BrokenAttestation {
  return { ok: false, problem: 'attestation', brokenAt, detail }
}
