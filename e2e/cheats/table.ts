// Judges every cheat and every honest change through the whole gate and prints what was caught, missed and wrongly stopped.
//   node e2e/cheats/table.ts [--only PATTERN] [--target NAME] [--group NAME] [--jobs N] [--json]
import process from 'node:process'
import { parseArgs } from 'node:util'
import { honestChanges } from '../honest/index.ts'
import { cheats } from './corpus/index.ts'
import { judgeCorpus } from './run/judge-corpus.ts'
import { holds, renderHeading, renderRow, renderTotals, totals } from './run/render-table.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    target: { type: 'string' },
    group: { type: 'string' },
    jobs: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
const pattern = values.only === undefined ? null : new RegExp(values.only)
const patches = [...cheats, ...honestChanges].filter(
  (patch) =>
    (pattern === null || pattern.test(patch.name)) &&
    (values.target === undefined || values.target === patch.target) &&
    (values.group === undefined || values.group === ('group' in patch ? patch.group : 'honest')),
)
const jobs = Number(values.jobs)

if (patches.length === 0 || !Number.isInteger(jobs) || jobs < 1) {
  process.stderr.write('nothing to judge: look at --only, --target (javascript, typescript, python, cpp), --group (tests, timing, supply-chain, repository, honest) and --jobs\n')
  process.exitCode = 2
} else {
  const print = (line: string): void => void (values.json ? process.stderr : process.stdout).write(`${line}\n`)
  print(renderHeading())
  const rows = await judgeCorpus({ patches, jobs, onRow: (row) => print(renderRow(row)) })
  print(renderTotals(rows))
  const all = totals(rows)
  if (values.json) process.stdout.write(`${JSON.stringify({ totals: all, holds: holds(all), rows }, null, 2)}\n`)
  process.exitCode = holds(all) ? 0 : 1
}
