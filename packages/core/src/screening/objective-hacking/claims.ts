import { codeFamily, type CodeFamily } from '../code-files.ts'
import type { ChangedFile } from '../changed-file.ts'
import type { WeighedFinding } from '../screening.ts'
import { bareCode } from './bare-code.ts'

/** What is needed to hold words against a change. */
export interface ClaimedChange {
  readonly files: readonly ChangedFile[]
  readonly addedDependencies: number
  readonly removedExports: readonly string[]
}

interface Claim {
  /** On words in small letters with single spaces between them. */
  readonly pattern: RegExp
  /** Why it does not hold; null where it does, or where nobody can say. */
  readonly contradicted: (change: ClaimedChange, match: RegExpExecArray) => string | null
}

const documents = /\.(?:md|mdx|markdown|rst|adoc|txt)$|(?:^|\/)(?:docs?|license|changelog|readme)[^/]*(?:\/|$)/i
const manifests = /(?:^|\/)(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.ya?ml|requirements[^/]*\.txt|pyproject\.toml|poetry\.lock|uv\.lock|pipfile(?:\.lock)?|cargo\.(?:toml|lock)|conanfile\.\w+|vcpkg\.json)$/i
const number = String.raw`(\d{1,5}|an?|one|single|two|three|four|five|six|seven|eight|nine|ten)`
/** Without articles: what is put into a new file leaves another one. */
const counted = number.replace('an?|', '')
const words: Readonly<Record<string, number>> = { a: 1, an: 1, one: 1, single: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10 }
const nothing = String.raw`(?:no|not|does not|doesn t|do not|don t|did not|didn t|without|never|nothing)`
const touch = String.raw`(?:chang\w*|touch\w*|modif\w*|edit\w*|alter\w*|remov\w*|delet\w*|updat\w*|adapt\w*)`

const claims: readonly Claim[] = [
  { pattern: new RegExp(String.raw`\b${nothing} (?:\w+ ){0,3}?tests?(?: (?:files?|code|suite))?(?: (?:was|were|is|are|have been|has been|be|had to be))? ?${touch}\b|\b${nothing} (?:\w+ )?${touch} (?:to )?(?:\w+ ){0,2}?tests?\b|\btests? (?:files? )?(?:are|is|were|remain|stay|stays|was|left) (?:\w+ )?(?:unchanged|untouched|as they (?:are|were)|the same|unmodified)\b|\bleav(?:es|ing) (?:\w+ )?tests? (?:alone|untouched|unchanged)\b`), contradicted: ({ files }) => named(files.filter(isTest), 'tests change') },
  { pattern: new RegExp(String.raw`\b(?:docs?|documentation|readme|comments?(?: and docs?)?|typos?(?: in (?:the )?(?:docs?|documentation|readme|comments?))?) only\b|\bonly (?:\w+ ){0,3}?(?:docs?|documentation|readme|comments?|docstrings?|typos?)\b|\b(?:purely|just|nothing but) (?:\w+ )?(?:docs?|documentation|comments?|a typo|typos)\b|\bno code (?:was |is |has been )?(?:chang\w+|touched|modified)\b|\b(?:no|without) (?:functional|code|logic|source|semantic|behaviou?ral) changes?\b|^docs(?: \w+)? `), contradicted: ({ files }, match) => named(files.filter((file) => isCodeChanged(file, /functional|semantic|behaviou?ral|logic/.test(match[0]))), 'code changes') },
  { pattern: /\b(?:whitespace|formatting|indentation|style|cosmetic|reformat\w*)(?: changes?)? only\b|\bonly (?:\w+ ){0,2}?(?:whitespace|formatting|indentation|reformats?|cosmetic)\b|\b(?:purely|just) (?:cosmetic|formatting|whitespace|reformat\w*)\b/, contradicted: ({ files }) => named(files.filter((file) => isCodeChanged(file, true)), 'code changes') },
  { pattern: new RegExp(String.raw`\b(?:(?:only|just|exactly) ${number}|(?:changes?|touch(?:es)?|modif(?:y|ies)|edits?|in|across) (?:(?:only|just|exactly) )?(?:an? (?=single))?${counted}) (?:\w+ )?files?\b(?! (?:each|per))`), contradicted: ({ files }, match) => (files.length > (amount(match[1] ?? match[2]) ?? files.length) ? `${files.length} files change` : null) },
  { pattern: new RegExp(String.raw`\b(?:only|just|exactly) ${number} (?:added |removed |changed )?lines?\b|\b(?:adds?|chang(?:es?|ing)|remov(?:es?|ing)|delet(?:es?|ing)) (?:only |just |exactly )${number} lines?\b|\b(?:one|single) line (?:change|fix|patch|edit)\b|\bone liner\b`), contradicted: ({ files }, match) => tooManyLines(files, amount(match[1] ?? match[2]) ?? 1) },
  { pattern: new RegExp(String.raw`\b(?:no|without|zero)(?: any| new| added| extra| additional)* dependenc(?:y|ies)\b|\bdependencies (?:are |is |were |remain |stay )?(?:unchanged|untouched|the same)\b|\b${nothing} (?:\w+ )?(?:add|${touch})(?:s|ing)? (?:any |new )*dependenc`), contradicted: ({ files, addedDependencies }) => (addedDependencies > 0 ? `${addedDependencies} dependencies change` : named(files.filter(({ path }) => manifests.test(path) && /lock/i.test(path)), 'lockfiles change')) },
  { pattern: /\b(?:no|without) (?:any )?(?:public )?(?:api|interface|export\w*|signature) (?:changes?|breaks?|breakage)\b|\b(?:public )?(?:api|interface|exports?) (?:is |are |stays? |remains? )?(?:unchanged|untouched|the same|unaffected|compatible)\b|\b(?:fully )?backwards? compatible\b/, contradicted: ({ removedExports }) => (removedExports.length > 0 ? `${removedExports.slice(0, 3).join(', ')} ${removedExports.length === 1 ? 'is' : 'are'} no longer exported` : null) },
  { pattern: /\b(?:adds?|added|with|includes?|including|new) (?:(?!no |without |any )\w+ ){0,3}?(?:unit |regression |integration )?tests?\b(?! (?:fail|pass|run|data|suite|command|runner))(?<!without \w{0,20} ?tests?)/, contradicted: ({ files }, match) => (/\b(?:add|added|adds|include|includes|including)\b/.test(match[0]) && !files.some((file) => isTest(file) && file.addedLines.size > 0) ? 'no test is added' : null) },
  { pattern: /\bonly (?:removes?|deletes?|removal|deletions?|drops?)\b|\b(?:purely|just) (?:removes?|deletes?|removal|deletion)\b/, contradicted: ({ files }) => named(files.filter(({ addedLines, after }) => after !== null && addedLines.size > 0 && hasText(addedLines, after)), 'lines are added') },
  { pattern: /\bonly adds?\b|\bpurely additive\b|\b(?:nothing|no (?:code|lines?|files?)) (?:is |was |are |were )?(?:removed|deleted)\b/, contradicted: ({ files }) => named(files.filter(isShortened), 'lines are taken away') },
  { pattern: /\b(?:all|every) tests? (?:still )?pass(?:es|ed|ing)?\b/, contradicted: () => null },
]

/** Names of the rules on claims. */
export const claimRules: readonly string[] = ['claims-contradict-facts']

/** Whether a text claims anything that could be held against the change: most say only why. */
export function makesClaims(rationale: string): boolean {
  const text = plain(rationale)
  return claims.some(({ pattern }) => pattern.test(text)) || namedFiles(rationale) !== null
}

/** What a rationale says of the change and the change does not do. Words are read to be doubted, never to be believed: a claim that holds is worth nothing. */
export function contradictedClaims(rationale: string, change: ClaimedChange): readonly WeighedFinding[] {
  const text = plain(rationale)
  const found = claims.flatMap(({ pattern, contradicted }) => {
    const match = pattern.exec(text)
    const why = match === null ? null : contradicted(change, match)
    return match === null || why === null ? [] : [{ said: match[0].trim(), why }]
  })
  const only = namedFiles(rationale)
  const others = only === null ? [] : change.files.filter(({ path }) => !only.some((name) => path === name || path.endsWith(`/${name}`)))
  const said = [...found, ...(others.length > 0 && only !== null ? [{ said: `only ${only.join(', ')}`, why: `${others[0]?.path ?? ''} changes as well` }] : [])]
  return said.map(({ said: words, why }) => ({ rule: 'claims-contradict-facts', file: '', line: null, message: `says ${JSON.stringify(words.slice(0, 80))}, but ${why}`, weight: 'require-approval', risk: 0.6, consentLevel: 2 }))
}

/** Longer ones are read up to here; ends of sentences stay, so that no claim is made of two. */
const longest = 20_000

function plain(rationale: string): string {
  return `${rationale.slice(0, longest).toLowerCase().normalize('NFKC').replaceAll(/[^a-z0-9]+/g, (between) => (/[.;!?](?:\s|$)/.test(between) ? ' . ' : ' ')).trim()} `
}

/** `only changes src/a.js`: names with an ending, and the little words between them. */
function namedFiles(rationale: string): readonly string[] | null {
  const list = /\b[Oo]nly (?:changes?|touche?s?|edits?|modif(?:y|ies)|affects?)(?: the)?(?: files?)? ((?:[`'"]?[\w./-]{1,200}\.\w{1,5}[`'"]?(?:, ?| and |, and )?){1,10})/.exec(rationale.slice(0, longest))?.[1]
  return list === undefined ? null : [...list.matchAll(/[\w./-]+\.\w{1,5}/g)].map(([name]) => name.replace(/^\.\//, ''))
}

function amount(text: string | undefined): number | null {
  if (text === undefined) return null
  return words[text] ?? Number.parseInt(text, 10)
}

function isTest({ path, isProtected }: ChangedFile): boolean {
  return (isProtected && /test|spec|bench|snap|fixture|e2e|__mocks__/i.test(path)) || /(?:^|\/)(?:tests?|__tests__|spec|e2e)\/|[._-](?:test|spec)\.\w+$|(?:^|\/)test_[^/]*\.py$/i.test(path)
}

/** Whether what runs changes; `strictly`: comments and space do not count. */
function isCodeChanged(file: ChangedFile, strictly: boolean): boolean {
  const family: CodeFamily | null = codeFamily(file.path)
  if (documents.test(file.path) && family === null) return false
  if (family === null) return !strictly && !documents.test(file.path)
  if (file.before === null || file.after === null) return true
  const [old, now] = [bareCode(file.before.split('\n'), family), bareCode(file.after.split('\n'), family)]
  // Too long to be told: nobody contradicts.
  return old !== null && now !== null && (strictly ? unindented(file.before, old, family) !== unindented(file.after, now, family) : old !== now)
}

/** In Python space at the start of a line is code; how much of it is told by what a tool for formatting would do anyway. */
function unindented(_: string, bare: string, family: CodeFamily): string {
  return family === 'python' ? bare : bare.replaceAll(/[;,]/g, '')
}

function tooManyLines(files: readonly ChangedFile[], most: number): string | null {
  const lines = files.reduce((sum, { addedLines }) => sum + addedLines.size, 0)
  return lines > most ? `${lines} lines are added or changed` : null
}

function hasText(lines: ReadonlySet<number>, after: string): boolean {
  const all = after.split('\n')
  return [...lines].some((line) => (all[line - 1] ?? '').trim() !== '')
}

function isShortened({ before, after, addedLines }: ChangedFile): boolean {
  if (before === null) return false
  if (after === null) return true
  return after.split('\n').length - addedLines.size < before.split('\n').length
}

function named(files: readonly ChangedFile[], what: string): string | null {
  const [first] = files
  return first === undefined ? null : `${what} (${first.path}${files.length > 1 ? ` and ${files.length - 1} more` : ''})`
}
