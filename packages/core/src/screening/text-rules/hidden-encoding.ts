import type { ChangedFile } from '../changed-file.ts'
import { codeFamily, type CodeFamily } from '../code-files.ts'
import type { WeighedFinding } from '../screening.ts'

/** PEP 263: a comment in one of the first two lines, the first of which holds no code. */
const declaration = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/
const onlyComment = /^[ \t\f]*(?:#|$)/
/** In these every byte of ASCII stands for itself, so that code cannot look like anything else. */
const plain = /^(?:utf[-_]?8(?:[-_]sig)?|u8|us-ascii|ascii|latin[-_]?1|l1|iso[-_]?8859[-_]\d{1,2}(?:[-_]\w+)?|(?:cp|windows[-_])125\d|koi8[-_][ru])(?:-(?:unix|dos|mac))?$/i
/** Of several bytes a character: a byte of one may look like ASCII, so that a quote or a backslash may not be one. */
const legacy = /^(?:gbk|gb2312|gb18030|big5(?:hkscs)?|shift[-_]?jis|sjis|cp932|cp936|cp949|cp950|euc[-_](?:jp|kr|cn)|iso[-_]?2022[-_]\w+)$/i

/** A carriage return that no line feed follows ends a line for Python, JavaScript and compilers, and not for those who count lines. */
const loneReturn = /\r(?!\n)(?=[^])/
const pageBreak = /\f[^\f\n]*\S/
const separator = /[\u2028\u2029]/

/** How the bytes of a file are made into code where they are not what they look like: code that rules and readers see another way than who runs it. */
export function encodingFindings(file: ChangedFile): readonly WeighedFinding[] {
  const family = codeFamily(file.path)
  const problem = problemFinding(file, family)
  if (problem !== null) return [problem]
  const { after } = file
  if (family === null || after === null) return []
  return [...(family === 'python' ? codingFindings(file, after) : []), ...lineEndFindings(file, after, family)]
}

function problemFinding(file: ChangedFile, family: CodeFamily | null): WeighedFinding | null {
  if (file.problem !== 'wide-encoding' || family === null) return null
  // Headers of old tools are kept in UTF-16 by honest people; code that becomes so is hidden by it.
  return found(file, { rule: 'hidden-encoding', line: null, message: 'is code in UTF-16 or UTF-32, which no rule reads', isHidden: file.oldProblem !== 'wide-encoding' })
}

function codingFindings(file: ChangedFile, after: string): readonly WeighedFinding[] {
  const coding = codingOf(after)
  if (coding === null || plain.test(coding.name)) return []
  const isLegacy = legacy.test(coding.name)
  if (isLegacy && file.before !== null && codingOf(file.before)?.name === coding.name) return []
  return [found(file, { rule: 'hidden-encoding', line: coding.line, message: `is read in the encoding ${JSON.stringify(coding.name.slice(0, 40))}: what runs is not what stands there`, isHidden: !isLegacy })]
}

function codingOf(text: string): { readonly name: string; readonly line: number } | null {
  const [first = '', second = ''] = text.slice(0, 4_096).replace(/^\ufeff/, '').split(/\r\n|\r|\n/, 2)
  const name = declaration.exec(first)?.[1]
  if (name !== undefined) return { name, line: 1 }
  const later = onlyComment.test(first) ? declaration.exec(second)?.[1] : undefined
  return later === undefined ? null : { name: later, line: 2 }
}

/** On added lines only: what stands there already was judged before. */
function lineEndFindings(file: ChangedFile, after: string, family: CodeFamily): readonly WeighedFinding[] {
  if (!/[\r\f\u2028\u2029]/.test(after)) return []
  const lines = after.split('\n')
  const old = new Set(file.before?.split('\n').map((line) => line.trim()) ?? [])
  return [...file.addedLines].flatMap((number) => {
    const text = lines[number - 1] ?? ''
    const message = hiddenEnd(text, family)
    return message === null || old.has(text.trim()) ? [] : [found(file, { rule: 'hidden-line-end', line: number, message, isHidden: true })]
  }).slice(0, 50)
}

function hiddenEnd(text: string, family: CodeFamily): string | null {
  if (loneReturn.test(text)) return 'holds a lone carriage return: for whoever runs the code a line ends there, for whoever reads it none does'
  if (pageBreak.test(text)) return 'holds code behind a form feed, which starts the line anew'
  return family === 'script' && separator.test(text) ? 'holds a line separator of Unicode: a comment ends there, though nobody sees it' : null
}

/** Denied: no consent helps with what the person who gives it cannot see. Files that never run as the candidate are asked about. */
function found({ path, isProtected }: ChangedFile, { rule, line, message, isHidden }: { readonly rule: string; readonly line: number | null; readonly message: string; readonly isHidden: boolean }): WeighedFinding {
  const weight = isHidden && !isProtected ? 'deny' : 'require-approval'
  return { rule, file: path, line, message, weight, risk: weight === 'deny' ? 0.9 : 0.5, consentLevel: weight === 'deny' ? 3 : 2 }
}
