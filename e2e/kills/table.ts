// Real commands on a real repository, killed at random moments, as a table.
//   node e2e/kills/table.ts [--kills 500] [--seed 1] [--side 2] [--git] [--keep] [--only edit,autonomous]
// --git kills every process, also a git that is writing: it may leave its own lock files, which is counted and is no problem of its own. --keep leaves the copies with a problem.
import process from 'node:process'
import { parseArgs } from 'node:util'
import { killOften, killTable } from './kill-often.ts'
import { commandNames, prepareScenes } from './scenes.ts'

const { values } = parseArgs({ options: { kills: { type: 'string', default: '500' }, seed: { type: 'string', default: '1' }, side: { type: 'string', default: '2' }, git: { type: 'boolean', default: false }, keep: { type: 'boolean', default: false }, only: { type: 'string', default: commandNames.join(',') } } })
const only = new Set(values.only.split(','))
await using scenes = await prepareScenes()
const started = performance.now()
const kills = await killOften(
  { configHome: scenes.configHome, all: scenes.all.filter(({ command }) => only.has(command)) },
  { kills: Number(values.kills), seed: Number(values.seed), side: Number(values.side), victims: values.git ? 'all' : 'group', keepProblems: values.keep },
  ({ command, delayMs, reached, problems }, directory) => {
    for (const problem of problems) process.stdout.write(`${command} killed after ${delayMs} ms (${reached})${values.keep ? ` in ${directory}` : ''}: ${problem}\n`)
  },
)
const seconds = (performance.now() - started) / 1000
process.stdout.write(`${killTable(kills)}\n${kills.length} kills in ${seconds.toFixed(0)} s, ${(kills.length / seconds).toFixed(1)} a second; seed ${values.seed}\n`)
if (kills.some(({ problems }) => problems.length > 0)) process.exitCode = 1
