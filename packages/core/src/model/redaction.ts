/** What stands in place of a secret. Whoever edits a text that holds it works on something else than what lies in the file. */
export const redactionMark = '[redacted'

export interface Redactor {
  /** The text without the keys of this process in any usual spelling, and without what looks like a key of somebody's. */
  redact(text: string): string
  /**
   * For a text that is still coming: how many characters of its beginning may be redacted by themselves, and used. Whatever follows changes nothing of them, and what they become and what the rest becomes is together what the
   * whole becomes.
   */
  firm(text: string): number
}

/** Shorter, it is no key, and would be found everywhere. */
const shortestKey = 8

const shapes: readonly RegExp[] = [
  /(?<![A-Z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Z0-9])/g,
  /(?<!\w)gh[oprsu]_[A-Za-z0-9]{30,255}|(?<!\w)github_pat_\w{30,255}/g,
  /(?<!\w)glpat-[\w-]{20,255}/g,
  /(?<!\w)xox[abeoprs]-[\w-]{10,255}/g,
  /(?<!\w)AIza[\w-]{35}/g,
  /(?<!\w)sk-(?:ant-|proj-)?[\w-]{32,255}|(?<!\w)[rs]k_live_\w{20,255}/g,
  /(?<!\w)npm_[A-Za-z0-9]{36}/g,
]

/** A private key is longer than this in no format. Bounds on every repetition keep the search linear. */
const longestKeyBody = 20_000
const keyMarker = /-----(?:BEGIN|END) (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/g
/** What stands in a key, also quoted, escaped or in a diff. Brackets, semicolons and the like do not: what is written between two markers to be hidden from a reader stays. */
const onlyKeyCharacters = /^[A-Za-z0-9+/=\s\\"',.:-]*$/
const keyLine = /[A-Za-z0-9+/=]{40,}/g
/** Longer than every marker. */
const longestMarker = 120
const markerBegun = /-{5}[A-Z0-9 ]*-{0,4}$/

/**
 * Takes secrets out of what goes to a model and out of what comes back, before it is written down or used. `keys` are the values of the environment variables that hold keys: a hostile endpoint knows the key that it was
 * sent, and could write it into a reply to have it published.
 */
export function createRedactor(keys: readonly string[]): Redactor {
  const known = keyPattern(keys)
  const spellings = spellingsOfAll(keys).map(folded)
  return {
    redact: (text) => {
      const own = known === null ? text : text.replace(known, `${redactionMark}: key]`)
      return shapes.reduce((rest, shape) => rest.replace(shape, `${redactionMark}: secret]`), withoutPrivateKeys(own))
    },
    firm: (text) => {
      const whole = known === null ? [] : [...text.matchAll(known)].map(({ index, 0: { length } }) => ({ from: index, to: index + length }))
      const unbroken = [...whole, ...privateKeys(text).map(({ from, to, isOpen }) => ({ from, to: isOpen ? Number.POSITIVE_INFINITY : to }))]
      return firmEnd(text, Math.min(text.length - begunSpelling(text, spellings), begunMarker(text)), unbroken)
    },
  }
}

/** Finds these keys in any usual spelling; null where there is none to find. */
export function keyPattern(keys: readonly string[]): RegExp | null {
  const spellings = spellingsOfAll(keys)
  return spellings.length === 0 ? null : new RegExp(spellings.map(escaped).join('|'), 'gi')
}

function spellingsOfAll(keys: readonly string[]): readonly string[] {
  return [...new Set(keys.filter((key) => key.length >= shortestKey).flatMap(spellingsOf))].sort((a, b) => b.length - a.length)
}

interface Stretch {
  readonly from: number
  readonly to: number
}

/** The last place, at `most` or before, where nothing that is redacted as one thing lies across: no key, no private key, and no word, of which the shapes of secrets are parts. */
function firmEnd(text: string, most: number, unbroken: readonly Stretch[]): number {
  let end = most
  for (;;) {
    const before = end
    while (end > 0 && isOfWord(text, end - 1) && (end === text.length || isOfWord(text, end))) end--
    for (const { from, to } of unbroken) if (from < end && end < to) end = from
    // Half a character is nobody's text.
    if (end > 0 && /[\ud800-\udbff]/.test(text.charAt(end - 1))) end--
    if (end === before) return end
  }
}

function isOfWord(text: string, at: number): boolean {
  return /[\w-]/.test(text.charAt(at))
}

/** How much of the end may be the beginning of a key. */
function begunSpelling(text: string, spellings: readonly string[]): number {
  const end = folded(text.slice(-(spellings[0]?.length ?? 1)))
  let most = 0
  for (const spelling of spellings) {
    for (let length = Math.min(spelling.length - 1, end.length); length > most; length--) if (spelling.startsWith(end.slice(end.length - length))) most = length
  }
  return most
}

/** As a pattern without regard to case compares: character by character. */
function folded(text: string): string {
  return Array.from({ length: text.length }, (_, at) => text.charAt(at)).map((one) => (one.toUpperCase().length === 1 ? one.toUpperCase() : one)).join('')
}

/** Where a marker may have begun that is not whole yet. */
function begunMarker(text: string): number {
  const from = Math.max(0, text.length - longestMarker)
  const found = markerBegun.exec(text.slice(from))
  return found === null ? text.length : from + found.index
}

interface PrivateKey extends Stretch {
  readonly body: string
  readonly marker: string
  /** With both markers, and nothing else in between. */
  readonly isWhole: boolean
  /** What comes may still belong to it. */
  readonly isOpen: boolean
}

function privateKeys(text: string): readonly PrivateKey[] {
  const markers = [...text.matchAll(keyMarker)]
  const found: PrivateKey[] = []
  let at = 0
  for (const [position, marker] of markers.entries()) {
    if (marker.index < at || !marker[0].startsWith('-----BEGIN')) continue
    const next = markers[position + 1]
    const from = marker.index + marker[0].length
    const body = text.slice(from, Math.min(next?.index ?? text.length, from + longestKeyBody + 1))
    const isWhole = next !== undefined && next[0].startsWith('-----END') && body.length <= longestKeyBody && onlyKeyCharacters.test(body)
    at = isWhole ? next.index + next[0].length : from + body.length
    found.push({ from: marker.index, to: at, body, marker: marker[0], isWhole, isOpen: next === undefined && text.length <= from + longestKeyBody + longestMarker })
  }
  return found
}

/** A whole key goes with its markers. Of one that is cut off, or that something else was written into, only the lines of the key go: else a marker would hide whatever follows it. */
function withoutPrivateKeys(text: string): string {
  let at = 0
  let rest = ''
  for (const { from, to, body, marker, isWhole } of privateKeys(text)) {
    rest += text.slice(at, from) + (isWhole ? `${redactionMark}: secret]` : marker + body.replace(keyLine, `${redactionMark}: secret]`))
    at = to
  }
  return rest + text.slice(at)
}

function spellingsOf(key: string): readonly string[] {
  const bytes = Buffer.from(key)
  const reversed = [...key].toReversed().join('')
  return [key, reversed, encodeURIComponent(key), bytes.toString('hex'), JSON.stringify(key).slice(1, -1), ...(['-', ' ', '.', '\n'] as const).map((separator) => [...key].join(separator)), ...base64Of(bytes)].filter((spelling) => spelling.length >= shortestKey)
}

/** Inside a longer text a key has three spellings in base 64, by where it begins; the characters that depend on its neighbours are left out. */
function base64Of(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64').replaceAll('=', '')
    const firm = whole.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6))
    return [firm, firm.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
}
