import type { SuspiciousPlace } from '../../proposal/proposal.ts'
import type { CoveredLines } from './read-coverage.ts'

/** What one test command covered, whether it failed, and what it said at the end. */
export interface Spectrum {
  readonly failed: boolean
  readonly covered: CoveredLines
  readonly tail: string
}

/** What a line counts that failing tests run through, beside one that stands in what they printed. */
const coveredShare = 0.6
/** More say no more, and all of it goes to the journal. */
const placeLimit = 2_000

/**
 * Lines by Ochiai: failing runs that cover the line / sqrt(failing runs * runs that cover it). With one command that fails, a line is covered or not, and what the stack of the failure
 * names comes first.
 */
export function suspiciousPlaces(spectra: readonly Spectrum[]): readonly SuspiciousPlace[] {
  const failing = spectra.filter(({ failed }) => failed)
  const passing = spectra.filter(({ failed }) => !failed)
  const places = new Map<string, SuspiciousPlace>()
  for (const { covered } of failing) {
    for (const [path, lines] of covered) {
      for (const line of lines) {
        const covers = (run: Spectrum): boolean => run.covered.get(path)?.has(line) === true
        const inFailing = failing.filter(covers).length
        const ochiai = inFailing / Math.sqrt(failing.length * (inFailing + passing.filter(covers).length))
        const named = failing.some(({ tail }) => names(tail, path, line))
        places.set(`${path}:${line}`, { kind: 'failing-test', path, line, weight: Math.min(1, ochiai * (named ? 1 : coveredShare)) })
      }
    }
  }
  return [...places.values()].toSorted((a, b) => b.weight - a.weight || (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line)).slice(0, placeLimit)
}

/** As V8 (`lib/a.js:3:5`) and Python (`File "lib/a.py", line 3`) name a line in a stack. */
function names(tail: string, path: string, line: number): boolean {
  return tail.includes(`${path}:${line}:`) || tail.includes(`${path}", line ${line}`)
}
