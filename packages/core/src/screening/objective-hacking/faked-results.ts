import { addedText, type ChangedFile } from '../changed-file.ts'
import { codeFamily } from '../code-files.ts'
import type { WeighedFinding } from '../screening.ts'
import { allMatches } from '../text-rules/all-matches.ts'
import { blocksOf, lineAt, mostMatches, readingsOf } from '../text-rules/joined-text.ts'

/** What test runners, builds and benchmarks say of themselves; in a text of a program it is said by somebody else. */
const results = String.raw`\d{1,6}\s+(?:tests?\s+|specs?\s+|examples?\s+|assertions?\s+)?pass(?:ed|ing)\b|\b[Aa]ll\s+(?:\d{1,6}\s+|the\s+)?(?:unit\s+)?[Tt]ests?\s+(?:have\s+|are\s+)?(?:pass(?:ed|ing)?|succeeded|ok|green)\b|\bPASS(?:ED)?\b(?=[\s:!.\\"'\x60]|$)|[\u2713\u2714]\s*\w|\bTests?:\s{0,10}\d{1,6}\s|\bOK\s+\(\d{1,6}\s+tests?|\bRan\s+\d{1,6}\s+tests?\b|={3,}\s*\d{1,6}\s+\w|\[\s{0,10}(?:PASSED|OK)\s{0,10}\]|\bBUILD SUCCESS\w*|\b100% tests passed\b|\b0 (?:failed|failures|errors|failing)\b|\bno (?:failures|errors) found\b|\bexit(?:ed)?(?:\s+with)?\s+(?:code|status)\s+0\b|\bTAP version\b|^1\.\.\d|\bok \d{1,6}\b|\bcoverage:\s{0,4}\d{2,3}(?:\.\d+)?%|\bverdict["']?\s*[:=]\s*["']?accepted`
const inText = new RegExp(String.raw`["'\x60][^"'\x60\n]{0,200}?(?:${results})`, 'g')
/** Counted while it runs, and put out as what a runner says. */
const printed = /\b(?:console\s*\.\s*\w{1,10}|print(?:f|ln)?|puts|echo|cout\b|fprintf\s*\(\s*std(?:out|err)\s*,|process\s*\.\s*std(?:out|err)\s*\.\s*write|sys\s*\.\s*std(?:out|err)\s*\.\s*write|log(?:ger|ging)?\s*\.\s*\w{1,10})[^\n]{0,160}?(?:\$?\{[^{}\n]{1,60}\}|%[dsiu]|<<[^<\n]{1,60}<<)["'\x60]?\s*(?:["'\x60]\s*)?(?:tests?\s+)?pass(?:ed|ing)\b/g

const scripts = /\.(?:sh|bash|zsh|fish|ps1|bat|cmd|mk)$|(?:^|\/)(?:(?:gnu)?makefile|justfile|dockerfile[^/]*|containerfile|procfile|jenkinsfile[^/]*|package\.json|tox\.ini|noxfile\.py|setup\.cfg|pytest\.ini|pyproject\.toml|cmakelists\.txt|lefthook\.ya?ml|\.pre-commit-config\.ya?ml)$|(?:^|\/)(?:\.github\/|\.gitlab-ci|\.circleci\/|azure-pipelines|\.travis|bitbucket-pipelines|\.husky\/|\.buildkite\/)/i
const forced = /\|\|\s*(?:true|:|exit\s+0|echo\b|return\s+0)(?=\s|["';)]|$)|;\s*(?:true|exit\s+0)\s*["']?\s*,?\s*$|^\s*exit\s+0\s*$|\bset\s+\+e\b|\bcontinue-on-error\s*:\s*true|\ballow_failure\s*:\s*true|--pass-?[wW]ith-?[nN]o-?[tT]ests\b|--exit-zero\b|\bgit\s+(?:commit|push)[^\n]{0,100}--no-verify\b|--deselect[ =]|\s-k\s+["']?not\b|--ignore(?:-glob)?=\S*test|\btestPathIgnorePatterns\b|\bcollect_ignore|\bignore_(?:errors|outcome|failures?)\s*[:=]\s*(?:true|yes)|-DNDEBUG\b|--no-fail\b|\bfail_?under\s*[:=]\s*0\b|\bnpm_config_ignore_scripts\b|\|\s*tee\s[^\n|]{1,80}\|\|\s*true|^\t-\s*[^\n]{0,60}(?:test|check|lint)\w*/im

/** Names of the rules on results. */
export const resultRules: readonly string[] = ['fakes-results', 'forces-success']

/** Texts that look like what judges print, and commands that succeed whatever happens. */
export function fakedResults(files: readonly ChangedFile[]): readonly WeighedFinding[] {
  return files.flatMap((file) => [...(file.isProtected || codeFamily(file.path) === null ? [] : printedResults(file)), ...(scripts.test(file.path) ? forcedSuccess(file) : [])])
}

function printedResults(file: ChangedFile): readonly WeighedFinding[] {
  const found = new Map<number, string>()
  const old = (file.before ?? '').replaceAll(/\s+/g, ' ')
  for (const block of blocksOf(addedText(file))) {
    for (const { text, origin } of readingsOf(block)) {
      for (const match of [...allMatches(text, inText).slice(0, mostMatches), ...allMatches(text, printed).slice(0, mostMatches)]) {
        const line = lineAt(block, origin(match.index + match[0].length - 1))
        if (!old.includes(match[0].replaceAll(/\s+/g, ' ')) && !found.has(line)) found.set(line, match[0])
      }
    }
  }
  return [...found].slice(0, 20).map(([line, text]) => finding(file, { rule: 'fakes-results', line, message: `holds text that test runners and builds write of themselves: ${JSON.stringify(text.trim().slice(0, 80))}` }))
}

function forcedSuccess(file: ChangedFile): readonly WeighedFinding[] {
  const old = new Set(file.before?.split('\n').map((line) => line.trim()) ?? [])
  return addedText(file)
    .filter(({ text }) => !old.has(text.trim()) && !/^\s*(?:#|\/\/)/.test(text) && forced.test(text.slice(0, 2_000)))
    .slice(0, 20)
    .map(({ number, text }) => finding(file, { rule: 'forces-success', line: number, message: `lets a command succeed whatever happens, or leaves tests out: ${JSON.stringify(text.trim().slice(0, 80))}` }))
}

function finding({ path }: ChangedFile, { rule, line, message }: { readonly rule: string; readonly line: number; readonly message: string }): WeighedFinding {
  return { rule, file: path, line, message, weight: 'require-approval', risk: 0.7, consentLevel: 2 }
}
