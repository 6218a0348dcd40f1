// How often a rule of decision accepts a change that does nothing, and how soon one that does something: the sign e-process with and without counts, against a t-test with peeking, means as
// hyperfine shows them, and Mann-Whitney with a fixed number of launches; all on the same launches.
//   node bench/decisions.ts record [--minutes 10] [--pairs 150] [--busy 0] [--seeds 1] [--languages node,python,cpp] [--effects 0,0.03,0.1]   real launches; goes on where it stopped
//   node bench/decisions.ts judge [--trials 200]                                                                                               trials drawn from what was recorded
//   node bench/decisions.ts model [--trials 200] [--noise 0.03]                                                                                no launches: a noise model
//   --file FILE: where launches are kept, default ratchet-decisions.jsonl in the system's temporary directory
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { judge, model } from './decisions/judge.ts'
import { effects, languages, readLines, record, type Language } from './decisions/record.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '10' },
    pairs: { type: 'string', default: '150' },
    busy: { type: 'string', default: '0' },
    seeds: { type: 'string', default: '0' },
    trials: { type: 'string', default: '200' },
    noise: { type: 'string', default: '0.03' },
    languages: { type: 'string', default: languages.join(',') },
    effects: { type: 'string', default: effects.join(',') },
    file: { type: 'string', default: path.join(os.tmpdir(), 'ratchet-decisions.jsonl') },
  },
})
const trials = Number(values.trials)

switch (positionals[0]) {
  case 'record':
    await record({
      file: values.file,
      languages: values.languages.split(',').filter((name): name is Language => languages.some((known) => known === name)),
      effects: values.effects.split(',').map(Number),
      pairs: Number(values.pairs),
      busy: Number(values.busy),
      seeds: Number(values.seeds),
      stopAt: Date.now() + 60_000 * Number(values.minutes),
    })
    break
  case 'judge':
    console.log(judge(readLines(values.file), trials))
    break
  case 'model':
    console.log(model(Number(values.noise), trials))
    break
  default:
    console.error('record, judge or model: see the head of this file')
    process.exitCode = 2
}
