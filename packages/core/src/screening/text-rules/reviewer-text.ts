import type { Line, TextMatch } from './text-rule.ts'

const change = '(?:change|changes|patch|commit|diff|edit|edits|pull request|pr|proposal|modification|refactoring|refactor)'
/** Code may honestly be called safe (for threads, for instance), but hardly reviewed. */
const anything = `(?:${change}|code|file|function|module|implementation)`
const surely = '(?:(?:completely|perfectly|totally|absolutely|entirely|already|fully|100|known|considered|deemed|thoroughly|carefully) )?'
const reviewer = '(?:reviewers?|auditors?|graders?|evaluators?|judges?|assistants?|models?|llms?|ais?|agents?|bots?|scanners?|linters?|ratchet|screening|screeners?)'
const order = '(?:approve|accept|merge|pass|trust|allow|skip|ignore|overlook|whitelist|rate|score|mark)'

/** Sentences that speak to whoever judges the change, on words in lower case with everything else turned into single spaces. */
const sentences: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget|override|bypass) (?:all |any |every )?(?:of )?(?:the |your |my |these |those )?(?:previous|prior|above|earlier|preceding|foregoing|system|safety|initial|original)? ?(?:instructions?|prompts?|guidelines|directives)\b/,
  new RegExp(`\\b(?:this|the|these|above|following) ${change} (?:is|are|was|were|has been|have been|is already|was already) ${surely}(?:safe|verified|trusted|harmless|benign|correct)\\b`),
  new RegExp(`\\b(?:this|the|these|above|following) ${anything} (?:is|are|was|were|has been|have been|is already|was already) ${surely}(?:approved|reviewed|audited|vetted|whitelisted|pre approved|allowed by policy)\\b`),
  new RegExp(`\\b(?:do not|don t|never|no need to|please don t|must not|should not) (?:flag|reject|review|scan|audit|screen)(?: (?:this|it|the|these|any|anything|below|following)\\b|$| $)`),
  new RegExp(`\\b(?:do not|don t|no need to) (?:report|block|inspect|analy[sz]e|question|check) (?:this|the|these) ${change}\\b`),
  /\bas an? (?:ai|llm|language model|ai model|large language model|ai assistant|ai reviewer|automated reviewer)\b/,
  /\byou are (?:now )?(?:an? )?(?:ai|llm|language model|reviewer|code reviewer|assistant|helpful assistant|grader|judge)\b/,
  new RegExp(`\\b(?:note|message|attention|notice|hint|dear|important|instructions?)(?: (?:to|for))?(?: the| all| any)?(?: ai| llm| code| automated)? ${reviewer}\\b`),
  new RegExp(`\\b${reviewer} (?:please|must|should|shall|may|can) (?:\\w+ )?${order}\\b`),
  new RegExp(`\\b(?:please )?(?:approve|accept|merge|whitelist) (?:this|the) ${change}\\b`),
  new RegExp(`\\b(?:safe|ok|okay|ready|approved|cleared) to (?:merge|approve|ship)\\b`),
  /\b(?:pre approved|already approved|approved by (?:the )?(?:maintainers?|security|owner|admin|legal|reviewers?|team lead))\b/,
  /\b(?:new instructions?|system prompt|developer message|end of (?:system )?prompt|begin system)\b/,
  /\b(?:verdict|decision|risk|score|rating) (?:is |should be |must be |shall be )?(?:accepted|approved|allow|low risk|harmless|10 10)\b/,
]
/** Marks that chat formats use to begin a turn. */
const turn = /<\|(?:im_start|im_end|system|user|assistant|endoftext)\|>|\[\/?INST\]|<\/?(?:system|assistant|instructions?)>|<<\/?SYS>>/i

/** Text that instructs or soothes a reviewer, human or model. Read across the line breaks of a comment and through disguises of its letters. */
export function reviewerText(lines: readonly Line[]): readonly TextMatch[] {
  const matches: TextMatch[] = []
  const found = (line: number, seen: string): void => {
    matches.push({ rule: 'addresses-reviewer', line, message: `adds text that speaks to whoever judges the change: ${JSON.stringify(seen.trim().slice(0, 80))}`, weight: 'require-approval', risk: 0.8, consentLevel: 3, seen: seen.trim() })
  }
  for (const line of lines) if (turn.test(line.text)) found(line.number, turn.exec(line.text)?.[0] ?? '')
  for (const hunk of hunks(lines)) {
    const { text, starts } = plainWords(hunk)
    for (const sentence of sentences) {
      const hit = sentence.exec(text)
      if (hit === null) continue
      const index = starts.findLastIndex((start) => start <= hit.index)
      found(hunk[index]?.number ?? 1, hit[0])
    }
  }
  return matches
}

function hunks(lines: readonly Line[]): readonly (readonly Line[])[] {
  const parts: Line[][] = []
  for (const line of lines) {
    const open = parts.at(-1)
    if (open !== undefined && open.at(-1)?.number === line.number - 1) open.push(line)
    else parts.push([line])
  }
  return parts
}

/** Words only: comment marks, underscores, quotes and line ends are spaces; invisible characters are nothing; look-alike letters are what they look like. */
function plainWords(lines: readonly Line[]): { readonly text: string; readonly starts: readonly number[] } {
  const starts: number[] = []
  let text = ''
  for (const line of lines) {
    starts.push(text.length)
    const words = wordsOf(line.text)
    if (words !== '') text += `${words} `
  }
  return { text, starts }
}

/** The same for a whole text. */
export function wordsOf(text: string): string {
  const ascii = /^[\p{ASCII}]*$/u.test(text) ? text : [...text.normalize('NFKD').replaceAll(/[\p{M}\p{Cf}\u{e0000}-\u{e0fff}]/gu, '')].map((letter) => twins.get(letter) ?? letter).join('')
  return ascii.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase().replaceAll(/[^a-z0-9]+/g, ' ').trim()
}

const twins: ReadonlyMap<string, string> = new Map([...'аеорсухіјѕԁһӏВЕКМНОРСТХІ'].map((letter, index) => [letter, 'aeopcyxijsdhlBEKMHOPCTXI'[index] ?? letter]))
