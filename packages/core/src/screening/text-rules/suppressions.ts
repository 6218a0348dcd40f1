import type { Line, TextMatch } from './text-rule.ts'

interface Mark {
  readonly rule: string
  readonly pattern: RegExp
  readonly message: string
  readonly weight: TextMatch['weight']
  readonly risk: number
}

const generated = { rule: 'presents-as-generated', message: 'marks code as generated, which reviewers and their tools fold away', weight: 'require-approval', risk: 0.4 } as const

/** In order: the first that matches a line counts. */
const marks: readonly Mark[] = [
  {
    rule: 'hidden-from-coverage',
    pattern: /\b(?:istanbul|c8|v8|node:coverage)\s+(?:ignore|disable)\b|pragma:?\s*no\s*(?:cover|branch)|\bLCOV_EXCL|\bGCOVR?_EXCL|\bno_coverage\b|coverage\(off\)/i,
    message: 'takes code out of the coverage report',
    weight: 'require-approval',
    risk: 0.4,
  },
  // In capitals it is a mark; otherwise a sentence may go on with what it is about, as long as that is no file.
  { ...generated, pattern: /\bDO[ -]NOT[ -]EDIT\b/ },
  { ...generated, pattern: /@generated\b|\bdo[ -]not[ -]edit\b(?! (?:an?|any|the|these|those|what|while|when|its?|their|both|more)\b(?!.{0,200}\b(?:files?|code|modules?|sources?|contents?|scripts?|headers?|generated|below|above|hand|manual|manually)\b))|\b(?:auto(?:matically)?[ -]?generated|generated automatically|code generated|this file (?:is|was) generated)\b|linguist-(?:generated|vendored)/i },
  {
    rule: 'checks-switched-off',
    pattern: /@ts-nocheck\b|\/\*\s*(?:eslint|oxlint|biome)-disable\b(?!-)|biome-ignore-all|tslint:disable(?!-next-line|-line)|jshint\s+ignore|#\s*(?:mypy|pyright|flake8|ruff|pylint):\s*(?:ignore-errors|ignore|noqa|skip-file|basic|disable-file)\b(?!\[)|#\s*flake8:|NOLINTBEGIN\b(?!\()/i,
    message: 'switches checks off for a whole file or block',
    weight: 'require-approval',
    risk: 0.3,
  },
  {
    rule: 'checks-switched-off-here',
    pattern: /\/[/*]\s*(?:eslint|oxlint)-disable-(?:next-)?line\s*(?:\*\/|--|$)|@ts-ignore\b|@ts-expect-error\s*(?:\*\/|$)|#\s*noqa\b(?!\s*:)|#\s*type:\s*ignore\b(?!\[)|\/\/\s*NOLINT(?:NEXTLINE)?\b(?!\()/,
    message: 'switches every check off for a line',
    weight: 'require-approval',
    risk: 0.2,
  },
  {
    rule: 'check-switched-off',
    pattern: /(?:eslint|oxlint)-disable|biome-ignore|@ts-expect-error|#\s*noqa|#\s*type:\s*ignore|#\s*pylint:|#\s*pyright:\s*ignore|NOLINT|#\s*pragma\s+(?:GCC|clang)\s+diagnostic\s+ignored|#\s*pragma\s+warning\s*\(\s*disable/i,
    message: 'switches a named check off',
    weight: 'note',
    risk: 0.1,
  },
]
const anyMark = /ignore|disable|expect-error|nocheck|noqa|nolint|pragma|_EXCL|coverage|generated|do[ -]not[ -]edit|vendored|flake8|pylint|pyright/i

/** Comments that keep tools or people from looking. */
export function suppressions(line: Line): readonly TextMatch[] {
  if (!anyMark.test(line.text)) return []
  const mark = marks.find(({ pattern }) => pattern.test(line.text))
  if (mark === undefined) return []
  const { rule, message, weight, risk } = mark
  return [{ rule, line: line.number, message, weight, risk, consentLevel: weight === 'note' ? 0 : 1, seen: mark.pattern.exec(line.text)?.[0] ?? null }]
}
