import type { ChangedFile } from '../changed-file.ts'
import { codeFamily, type CodeFamily } from '../code-files.ts'
import type { WeighedFinding } from '../screening.ts'
import { bareCode } from './bare-code.ts'
import { hunksOf, type Hunk } from './hunks.ts'

const marker = /\b(?:TODO|FIXME|XXX|HACK|BUG|WORKAROUND|OPTIMI[SZ]E|SECURITY|UNSAFE)\b[:(\s]/g
const loudLog = /\b(?:console\s*\.\s*(?:error|warn)|log(?:ger|ging)?\s*\.\s*(?:error|warn(?:ing)?|critical|fatal|exception|audit|alert|severe)|LOG\s*\(\s*(?:ERROR|WARNING|FATAL)\s*\)|spdlog\s*::\s*(?:error|warn|critical)|warnings\s*\.\s*warn|audit\w*\s*\.\s*(?:log|record|write)|std\s*::\s*cerr|syslog)\b/g
const quietLog = /\b(?:console\s*\.\s*(?:log|info|debug)|log(?:ger|ging)?\s*\.\s*(?:info|debug|trace)|LOG\s*\(\s*INFO\s*\)|spdlog\s*::\s*(?:info|debug))\b/g
/** Called so, a function asks whether somebody may do something. */
const authCheck = /(?:@\s*)?\b\w{0,30}(?:[Aa]uth(?:enticat|oriz|oris)\w{0,10}|[Rr]equire(?:s)?_?(?:[Aa]uth|[Ll]ogin|[Rr]ole|[Aa]dmin|[Pp]ermission)\w{0,15}|login_required|permission_required|user_passes_test|[Cc]heck_?(?:[Pp]ermission|[Aa]ccess|[Aa]uth|[Tt]oken|[Cc]srf|[Rr]ole)\w{0,15}|[Vv]erify_?(?:[Tt]oken|[Ss]ignature|[Jj]wt|[Pp]assword|[Cc]srf)\w{0,15}|[Hh]as_?(?:[Pp]ermission|[Rr]ole|[Aa]ccess)\w{0,15}|[Ii]s_?(?:[Aa]dmin|[Aa]uthorized|[Aa]uthenticated|[Aa]llowed|[Ll]ogged_?[Ii]n)\w{0,10}|csrf_protect|compare_digest|timingSafeEqual|CRYPTO_memcmp)\b(?=\s*[(\n\r;,)]|\s*$)/gm
const validation = /\b(?:\w{0,20}[Vv]alidat(?:e|or)\w{0,20}|\w{0,20}[Ss]anitiz(?:e|er)\w{0,20}|escape(?:Html|_html|Shell)?\w{0,10}|assert(?:Is|Valid|_valid)\w{0,20}|ensure\w{1,30}|check(?:Bounds|Range|Index|Input|Size|Length|_bounds|_range|_index|_input)\w{0,10}|static_assert|safeParse)\s*\(/g
/** A condition on how long something is, or that an index lies in it. */
const bounds = /\bif\s*\(?(?![^\n]{0,300}\b(?:throw|raise)\b)[^\n]{0,200}?(?:[<>]=?\s*(?:\w[\w.>-]{0,60}(?:\.length|\.size\(\)|\.byteLength)|len\(|sizeof\b|[A-Z_]*(?:MAX|LIMIT|CAPACITY|SIZE)[A-Z_]*\b|(?:size|length|capacity|count|limit|max)\w{0,20}\b)|<\s*0\b|(?:\.length|\.size\(\)|len\(\w+\))\s*[<>]=?|\bisSafeInteger\b|\bisFinite\b)/g
const checkedAccess = /\.at\s*\(/g

interface Sign {
  readonly rule: string
  readonly pattern: RegExp
  readonly message: string
  readonly weight: WeighedFinding['weight']
  readonly risk: number
  readonly consentLevel: WeighedFinding['consentLevel']
  readonly families: readonly CodeFamily[]
  /** Code beside it stays as it was: then it was not dealt with, but taken away. */
  readonly onlyComments?: boolean
  /** One that comes in the same change makes up for one that goes. */
  readonly madeUpBy?: RegExp
}

const every = ['script', 'python', 'native'] as const
const signs: readonly Sign[] = [
  { rule: 'removes-marker', pattern: marker, message: 'takes away a mark of something to be done, and does nothing about it', weight: 'require-approval', risk: 0.25, consentLevel: 1, families: every, onlyComments: true },
  { rule: 'removes-warnings', pattern: loudLog, message: 'takes away what reports errors', weight: 'require-approval', risk: 0.3, consentLevel: 1, families: every, madeUpBy: /\b(?:throw|raise|reject|Result|cause)\b/ },
  { rule: 'removes-log-lines', pattern: quietLog, message: 'takes away log lines', weight: 'note', risk: 0.05, consentLevel: 0, families: every },
  { rule: 'removes-access-check', pattern: authCheck, message: 'takes away a check of who may do something', weight: 'require-approval', risk: 0.6, consentLevel: 3, families: every },
  { rule: 'removes-validation', pattern: validation, message: 'takes away a check of what comes in', weight: 'require-approval', risk: 0.35, consentLevel: 2, families: every },
  { rule: 'removes-bounds-check', pattern: bounds, message: 'takes away a check of a length or an index', weight: 'require-approval', risk: 0.25, consentLevel: 1, families: every, madeUpBy: /[<>]=?\s*0\b|[<>]=?\s*[^\n]{0,80}(?:length|size|len\b|count|end\b|max|limit)|\bclamp\b|\b[Mm]ath?\.?(?:min|max)\b|\b(?:min|max)\s*[(<]|\bfor\b|\bwhile\b|\brange\b|\bslice\b|\[[^\]\n:]{0,40}:[^\]\n:]{0,40}\]|\?\?|\?\./i },
  { rule: 'removes-bounds-check', pattern: checkedAccess, message: 'exchanges an access that is checked for one that is not', weight: 'require-approval', risk: 0.25, consentLevel: 1, families: ['native'], madeUpBy: /\bfor\s*\([^;)]{0,100}:|\.(?:begin|end|front|back|data|find)\s*\(|std\s*::\s*(?:span|get)\b/ },
]

/** Names of the rules on signs that go. */
export const signRules: readonly string[] = [...new Set(signs.map(({ rule }) => rule))]

interface Place {
  readonly file: ChangedFile
  readonly family: CodeFamily
  readonly hunk: Hunk
}

/**
 * Marks, warnings and checks that are taken away instead of being dealt with: there are fewer of a kind in all changed files together, so that nothing was moved or
 * renamed. Counted in text without comments where the kind is code.
 */
export function removedSigns(files: readonly ChangedFile[]): readonly WeighedFinding[] {
  const own = files.filter((file) => !file.isProtected && file.before !== null && (file.after !== null || file.problem === null) && codeFamily(file.path) !== null)
  const suspects = signs.filter((sign) => own.some((file) => file.before !== null && sign.families.includes(codeFamily(file.path) ?? 'script') && holds(file.before, sign)))
  if (suspects.length === 0) return []
  const places = own.flatMap((file): readonly Place[] => hunksOf(file.before ?? '', file.after ?? '').map((hunk) => ({ file, family: codeFamily(file.path) ?? 'script', hunk })))
  return suspects.flatMap((sign) => signFindings(sign, places, files))
}

function signFindings(sign: Sign, places: readonly Place[], files: readonly ChangedFile[]): readonly WeighedFinding[] {
  const mine = places.filter(({ family }) => sign.families.includes(family))
  const text = (lines: readonly string[], family: CodeFamily): string => (sign.onlyComments === true ? lines.join('\n') : withoutComments(lines, family))
  const balance = mine.reduce((sum, { hunk, family }) => sum + count(sign.pattern, text(hunk.removed, family)) - count(sign.pattern, text(hunk.added, family)), 0)
  // New files may hold what old ones lose.
  const arrived = files.filter(({ before, after, path }) => before === null && after !== null && codeFamily(path) !== null).reduce((sum, { after }) => sum + count(sign.pattern, after ?? ''), 0)
  if (balance - arrived <= 0) return []
  if (sign.madeUpBy !== undefined && mine.some(({ hunk }) => sign.madeUpBy?.test(hunk.added.join('\n')))) return []
  const lost = mine.filter(({ file, hunk, family }) => count(sign.pattern, text(hunk.removed, family)) > count(sign.pattern, text(hunk.added, family)) && (sign.onlyComments !== true || isSameCode(mine, hunk, family)) && !stillSaid(sign, file, hunk))
  const byFile = Map.groupBy(lost, ({ file }) => file.path)
  return [...byFile].flatMap(([path, [first]]) => (first === undefined ? [] : [{ rule: sign.rule, file: path, line: first.file.after === null ? null : first.hunk.line, message: `${sign.message}: ${JSON.stringify(shown(sign, first))}`, weight: sign.weight, risk: sign.risk, consentLevel: sign.consentLevel }]))
}

function isSameCode(places: readonly Place[], hunk: Hunk, family: CodeFamily): boolean {
  const [own] = places.filter((place) => place.hunk === hunk)
  const together = places.filter(({ file, hunk: { group } }) => file === own?.file && group === hunk.group).map((place) => place.hunk)
  const old = bareCode(together.flatMap(({ removed }) => removed), family)
  return old !== null && old === bareCode(together.flatMap(({ added }) => added), family)
}

/** The same comparison stands right before the place, in the head of a loop for instance. */
function stillSaid({ rule }: Sign, { after }: ChangedFile, { removed, line }: Hunk): boolean {
  if (rule !== 'removes-bounds-check' || after === null) return false
  const comparison = /[\w.]{1,60}\s*[<>]=?\s*[\w.()]{1,60}/.exec(removed.join('\n'))?.[0].replaceAll(/\s+/g, '').replace(/\)+$/, '')
  const context = after.split('\n').slice(Math.max(0, line - 6), line).join('').replaceAll(/\s+/g, '')
  return comparison !== undefined && context.includes(comparison)
}

/** Line by line, so that a mark in one line hides nothing in the next. */
function withoutComments(lines: readonly string[], family: CodeFamily): string {
  return lines.filter((line) => !(family === 'python' ? /^\s*#/ : /^\s*(?:\/\/|\/?\*)/).test(line)).join('\n')
}

/** Which signs a text holds; the old one of a file comes again with every candidate of a search. */
const held = new Map<string, ReadonlySet<Sign>>()
const keptTexts = 32

function holds(text: string, sign: Sign): boolean {
  const known = held.get(text) ?? new Set(signs.filter(({ pattern }) => text.search(pattern) >= 0))
  if (held.size >= keptTexts) held.clear()
  held.set(text, known)
  return known.has(sign)
}

function count(pattern: RegExp, text: string): number {
  return text.match(pattern)?.length ?? 0
}

function shown({ pattern }: Sign, { hunk }: Place): string {
  const line = hunk.removed.find((text) => count(pattern, `${text}\n`) > 0) ?? hunk.removed[0] ?? ''
  return line.trim().slice(0, 80)
}
