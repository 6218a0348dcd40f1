import { addedText, type ChangedFile } from '../changed-file.ts'
import { codeFamily } from '../code-files.ts'
import type { WeighedFinding } from '../screening.ts'

const skipped = /\b(?:it|test|describe|context|suite|bench)\s*\.\s*(?:skip|only|todo|fixme|failing|fails|skipIf|runIf)\b|\bx(?:it|describe|test|specify)\s*\(|\bf(?:it|describe)\s*\(|@\s*(?:pytest\s*\.\s*mark\s*\.\s*|unittest\s*\.\s*)?(?:skip\w{0,10}|xfail|expectedFailure)\b|\bpytest\s*\.\s*(?:skip|xfail|importorskip)\s*\(|\bskipTest\s*\(|\bGTEST_SKIP\b|\bDISABLED_\w|\bSKIP\s*\(|\b(?:skip|todo|only)\s*:\s*(?:true|["'`])|\.skip\s*\(\s*\)|^\s*#\s*if\s+0\b|\bcollect_ignore\b/m
const vacuous = /\bexpect\s*\(\s*(?:true|1|!0)\s*\)|\bassert\s*(?:\(\s*)?(?:True|true|1)\s*(?:\)|$|,|#)|\b(?:ASSERT|EXPECT)_TRUE\s*\(\s*(?:true|1)\s*\)|\bassert(?:\.ok|\.equal|True)?\s*\(\s*(?:true|True|1)\s*[,)]|\b(?:REQUIRE|CHECK)\s*\(\s*(?:true|1)\s*\)|(?:\|\||\bor)\s*(?:true|True)\b/m
const assertion = /\b(?:expect|assert\w*|should|ASSERT_\w+|EXPECT_\w+|REQUIRE\w*|CHECK\w*|self\s*\.\s*assert\w+)\s*[(.]|^\s*assert\s/gm
const test = /\b(?:it|test|describe)\s*(?:\.\s*each\b[^\n]{0,200})?\s*\(|^\s*(?:async\s+)?def\s+test\w*|\b(?:TEST|TEST_F|TEST_P|TEST_CASE|SECTION|SCENARIO)\s*\(/gm

/** Names of the rules on tests. */
export const testRules: readonly string[] = ['skips-tests', 'asserts-nothing', 'removes-tests']

/** Tests that a change switches off, empties or takes away. They are judged with the baseline's text anyway; who is asked should know. */
export function weakenedTests(files: readonly ChangedFile[]): readonly WeighedFinding[] {
  return files.filter((file) => file.isProtected && codeFamily(file.path) !== null).flatMap((file) => [...added(file), ...taken(file, files)])
}

function added(file: ChangedFile): readonly WeighedFinding[] {
  const old = new Set(file.before?.split('\n').map((line) => line.trim()) ?? [])
  return addedText(file).filter(({ text }) => !old.has(text.trim())).flatMap(({ number, text }) => {
    const line = text.slice(0, 2_000)
    if (skipped.test(line)) return [finding(file, { rule: 'skips-tests', line: number, message: `switches tests off: ${JSON.stringify(line.trim().slice(0, 80))}` })]
    return vacuous.test(line) ? [finding(file, { rule: 'asserts-nothing', line: number, message: `asks for what always holds: ${JSON.stringify(line.trim().slice(0, 80))}` })] : []
  }).slice(0, 20)
}

function taken(file: ChangedFile, files: readonly ChangedFile[]): readonly WeighedFinding[] {
  if (file.before === null) return []
  const gone = (pattern: RegExp): number => files.filter(({ isProtected }) => isProtected).reduce((sum, { before, after }) => sum + count(pattern, before) - count(pattern, after), 0)
  const own = (pattern: RegExp): boolean => count(pattern, file.before) > count(pattern, file.after)
  const [tests, assertions] = [gone(test), gone(assertion)]
  if (tests > 0 && own(test)) return [finding(file, { rule: 'removes-tests', line: null, message: `holds ${tests} tests less than before` })]
  return assertions > 0 && own(assertion) ? [finding(file, { rule: 'removes-tests', line: null, message: `asks for ${assertions} things less than before` })] : []
}

function count(pattern: RegExp, text: string | null): number {
  return text?.match(pattern)?.length ?? 0
}

function finding({ path }: ChangedFile, { rule, line, message }: { readonly rule: string; readonly line: number | null; readonly message: string }): WeighedFinding {
  return { rule, file: path, line, message, weight: 'require-approval', risk: 0.7, consentLevel: 3 }
}
