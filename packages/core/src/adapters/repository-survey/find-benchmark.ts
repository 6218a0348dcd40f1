import { isPlainPath } from './shell-word.ts'
import type { RepositoryFiles, SurveyedCommand } from './survey.ts'

export interface BenchmarkFindings {
  readonly benchmark: SurveyedCommand | null
  readonly notes: readonly string[]
}

interface Language {
  /** Command that runs a file, without the file. */
  readonly program: string
  readonly endings: string
}

export const nodeLanguage: Language = { program: 'node', endings: 'js|mjs|cjs|ts|mts' }
export const pythonLanguage: Language = { program: 'python3 -B', endings: 'py' }

/** Libraries that run for a fixed time instead of a fixed amount of work: CPU time then says nothing about speed. */
const timedLibraries =
  /(?:from|require\(|import)\s*\(?\s*['"](?:tinybench|mitata|benchmark|benny|cronometro|vitest|nanobench|bench-node|kelonio|@codspeed\/[\w-]+)['"]|^\s*(?:import|from)\s+(?:pytest_benchmark|pyperf|asv)\b|^\s*def test_\w+\([^)\n]*\bbenchmark\b/m

/** A file that some script of the repository runs, with the whole command. */
export interface ScriptedBenchmark {
  readonly path: string
  readonly run: string
}

/**
 * A benchmark file to measure: `preferred` (what a bench script runs) first, then files named or placed like one. Those built
 * on libraries that choose their own number of rounds are left out, with a note.
 */
export async function findBenchmark(files: RepositoryFiles, language: Language, preferred: readonly ScriptedBenchmark[]): Promise<BenchmarkFindings> {
  const named = new RegExp(`^(?:(?:bench|benchmark|benchmarks|perf)/)?(?:bench|benchmark|index|main|run|compare)\\.(?:${language.endings})$`)
  const placed = new RegExp(`^(?:bench|benchmark|benchmarks|perf)/[^/]+\\.(?:${language.endings})$|^(?:src/|lib/)?[^/]+\\.bench\\.(?:${language.endings})$|^bench_[^/]+\\.(?:${language.endings})$`)
  const present = new Set(files.paths)
  const isBench = (path: string): boolean => named.test(path) && (path.includes('/') || path.startsWith('bench'))
  const commands = new Map(preferred.filter(({ path }) => present.has(path)).map(({ path, run }) => [path, run]))
  const candidates = [...commands.keys(), ...files.paths.filter(isBench).sort(), ...files.paths.filter((path) => placed.test(path)).sort()]
  const notes: string[] = []
  for (const path of new Set(candidates.filter(isPlainPath))) {
    if (timedLibraries.test((await files.read(path)) ?? '')) {
      notes.push(`${path} was left out: its library runs for a fixed time, so its CPU time does not show speed; write a benchmark that does a fixed amount of work`)
      continue
    }
    const scripted = commands.get(path)
    const reason = scripted === undefined ? `${path} looks like a benchmark` : `a script of package.json runs ${path}`
    return { benchmark: { run: scripted ?? `${language.program} ${path}`, reason }, notes }
  }
  return { benchmark: null, notes: notes.slice(0, 3) }
}
