// Prints what screening makes of every case: `node e2e/policy/table.ts` (`--all`: every case, not only their numbers).
import process from 'node:process'
import { cases, ordinary, screened } from './screen-case.ts'

const languages: readonly (readonly [string, RegExp])[] = [['JavaScript', /\.[cm]?jsx?$/], ['TypeScript', /\.[cm]?tsx?$/], ['Python', /\.py$/], ['C++', /\.(?:cpp|hpp|h|cc)$/]]
const languageOf = (paths: readonly string[]): string => languages.find(([, ending]) => paths.some((path) => ending.test(path)))?.[0] ?? 'other'
const lines: string[] = []
const counts = new Map<string, { readonly total: number; readonly right: number }>()
const add = (key: string, isRight: boolean): void => {
  const { total, right } = counts.get(key) ?? { total: 0, right: 0 }
  counts.set(key, { total: total + 1, right: right + Number(isRight) })
}

for (const change of cases) {
  const { decision, findings } = await screened(change, 'conservative')
  const isRight = change.kind === 'allow' ? decision === 'allow' : change.denied === true ? decision === 'deny' : decision !== 'allow'
  const paths = Object.keys(change.after).filter((path) => change.after[path] !== change.before[path])
  add(`${languageOf(paths).padEnd(11)} ${change.kind}`, isRight)
  lines.push(`${isRight ? 'ok   ' : 'WRONG'} ${change.kind.padEnd(8)} ${decision.padEnd(16)} ${change.name}  [${[...new Set(findings.map(({ rule }) => rule))].join(', ')}]`)
}
for (const change of ordinary) {
  const { decision } = await screened(change, 'conservative')
  add(`${languageOf([change.path]).padEnd(11)} ordinary`, decision === 'allow')
  lines.push(`${decision === 'allow' ? 'ok   ' : 'WRONG'} ordinary ${decision.padEnd(16)} ${change.name}`)
}
if (process.argv.includes('--all')) process.stdout.write(`${lines.join('\n')}\n\n`)
else for (const line of lines.filter((text) => text.startsWith('WRONG'))) process.stdout.write(`${line}\n`)
process.stdout.write(`${'language and kind'.padEnd(24)} cases  as expected\n`)
for (const [key, { total, right }] of [...counts].toSorted(([a], [b]) => a.localeCompare(b))) process.stdout.write(`${key.padEnd(24)} ${String(total).padStart(5)}  ${String(right).padStart(11)}\n`)
process.stdout.write(`${'all'.padEnd(24)} ${String(cases.length + ordinary.length).padStart(5)}  ${String([...counts.values()].reduce((sum, { right }) => sum + right, 0)).padStart(11)}\n`)
