import { blocksOf, lineAt, mostMatches } from './joined-text.ts'
import type { Line, TextMatch } from './text-rule.ts'

const documents = /\.(?:md|markdown|rst|adoc|txt)$/i
/** A name that ends in what it is, and the text that it is given: `std::string password{"..."}`, `#define PASSWORD "..."`, `db_password: str = "..."`. */
const given = /\w{0,40}(?:password|passwd|passphrase|pwd|secret|api_?key|auth_?token|access_?token|client_?secret|private_?key|credential)["']?\s{0,8}(?:\[\s{0,4}\d{0,6}\s{0,4}\]\s{0,8})?(?::\s{0,8}[\w.[\]| ]{1,30}?\s{0,8}=|=>|=|:|\{|\()?\s{0,8}(?:\b[fFrRbBuULS]{1,2})?["'`]([^"'`\s]{4,100})["'`]/gi
/** Looked up, asked for or compared, and not given. */
const asked = /(?:get|find|read|lookup|has|is|check|validate|verify|compare|ask|prompt|hide|show|forgot|reset|missing|invalid|wrong|no|label|name|field|type|header|env)_?\w{0,12}$/i
const nobodys = /^(?:change_?-?me|your|my_|example|test|dummy|fake|sample|x{3,}|placeholder|redacted|none|null|undefined|todo|\*+|\.{3})|[<>{}]|\$[({]|^\$\w+$|%[({s]|^x509|^(?:sha|md|aes|rsa|utf|base|hs|rs|es|ps|ed|argon|bcrypt|scrypt|pbkdf)[-_]?\d+/i

/** Passwords that are too short or too plain to be told by their letters, under a name that says what they are. */
export function plainPasswords(lines: readonly Line[], path: string): readonly TextMatch[] {
  if (documents.test(path)) return []
  return blocksOf(lines).flatMap((block) => [...block.text.matchAll(given)].slice(0, mostMatches).flatMap((match): TextMatch[] => {
    const value = match[1] ?? ''
    const name = /^\w+/.exec(match[0])?.[0] ?? ''
    if (!isPassword(value) || asked.test(name.replace(/(?:password|passwd|passphrase|pwd|secret|api_?key|auth_?token|access_?token|client_?secret|private_?key|credential)$/i, '')) && name.length > 10) return []
    return [{ rule: 'looks-like-secret', line: lineAt(block, match.index), message: 'gives a password or a key as a text, under a name that says so', weight: 'require-approval', risk: 0.6, consentLevel: 3, seen: value }]
  }))
}

/** Letters and something that is none: words, paths, keys of messages and names of things are none. */
function isPassword(value: string): boolean {
  if (nobodys.test(value) || !/[a-z]/i.test(value)) return false
  if (/^[a-z]+(?:[A-Z][a-z]+)*$/.test(value) || /^[A-Z]+$/.test(value)) return false
  if (/^@?[a-z]+(?:[._:/-][a-z0-9]*)+$/i.test(value) || /^\w+:\/\//.test(value) || /^[\w.]+\(/.test(value)) return false
  return /\d|[^\w.:/-]/.test(value)
}
