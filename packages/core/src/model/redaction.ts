/** What stands in place of a secret. Whoever edits a text that holds it works on something else than what lies in the file. */
export const redactionMark = '[redacted'

export interface Redactor {
  /** The text without the keys of this process in any usual spelling, and without what looks like a key of somebody's. */
  redact(text: string): string
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

/**
 * Takes secrets out of what goes to a model and out of what comes back, before it is written down or used. `keys` are the values of the environment variables that hold keys: a hostile endpoint knows the key that it was
 * sent, and could write it into a reply to have it published.
 */
export function createRedactor(keys: readonly string[]): Redactor {
  const known = keyPattern(keys)
  return {
    redact: (text) => {
      const own = known === null ? text : text.replace(known, `${redactionMark}: key]`)
      return shapes.reduce((rest, shape) => rest.replace(shape, `${redactionMark}: secret]`), withoutPrivateKeys(own))
    },
  }
}

/** Finds these keys in any usual spelling; null where there is none to find. */
export function keyPattern(keys: readonly string[]): RegExp | null {
  const spellings = [...new Set(keys.filter((key) => key.length >= shortestKey).flatMap(spellingsOf))].sort((a, b) => b.length - a.length)
  return spellings.length === 0 ? null : new RegExp(spellings.map(escaped).join('|'), 'gi')
}

/** A whole key goes with its markers. Of one that is cut off, or that something else was written into, only the lines of the key go: else a marker would hide whatever follows it. */
function withoutPrivateKeys(text: string): string {
  const markers = [...text.matchAll(keyMarker)]
  let at = 0
  let rest = ''
  for (const [position, marker] of markers.entries()) {
    if (marker.index < at || !marker[0].startsWith('-----BEGIN')) continue
    const next = markers[position + 1]
    const from = marker.index + marker[0].length
    const body = text.slice(from, Math.min(next?.index ?? text.length, from + longestKeyBody + 1))
    const isWhole = next !== undefined && next[0].startsWith('-----END') && body.length <= longestKeyBody && onlyKeyCharacters.test(body)
    rest += text.slice(at, marker.index) + (isWhole ? `${redactionMark}: secret]` : marker[0] + body.replace(keyLine, `${redactionMark}: secret]`))
    at = isWhole ? next.index + next[0].length : from + body.length
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
