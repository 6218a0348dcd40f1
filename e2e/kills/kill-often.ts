import { mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { seededRandom } from '@ratchet/core'
import { killOnce, type Kill, type Lasting, type Moment, type Victims } from './kill-once.ts'
import type { Scene, Scenes } from './scenes.ts'

export interface KillPlan {
  readonly kills: number
  readonly seed: number
  /** How many at a time. */
  readonly side: number
  readonly victims: Victims
  /** Copies with a problem stay, for looking at. */
  readonly keepProblems: boolean
}

/**
 * Kills at random moments, spread over the whole length of each command and a little beyond. The seed plans which share of a command goes by before each kill; how long that is follows from how long such commands take now, on a
 * machine that may have got busier.
 */
export async function killOften(scenes: Pick<Scenes, 'configHome' | 'all'>, plan: KillPlan, observe: (kill: Kill, directory: string) => void): Promise<readonly Kill[]> {
  const root = await mkdtemp(path.join(path.dirname(path.dirname(scenes.all[0]?.template ?? '/tmp')), 'kill-'))
  const kills: Kill[] = []
  const lasts = new Map<Scene['command'], Lasting>(scenes.all.map(({ command, durationMs }) => [command, { wholeMs: durationMs, writingMs: durationMs / 2 }]))
  let next = 0
  const lane = async (): Promise<void> => {
    for (let number = next++; number < plan.kills; number = next++) {
      const random = seededRandom(plan.seed, 'kill', number)
      const scene = scenes.all[number % scenes.all.length] as Scene
      const directory = path.join(root, String(number))
      const kill = await killOnce(scene, { moment: momentOf(random), lasts: lasts.get(scene.command) as Lasting, victims: plan.victims, directory, configHome: scenes.configHome })
      kills.push(kill)
      lasts.set(scene.command, mixed(lasts.get(scene.command) as Lasting, kill.next))
      observe(kill, directory)
      if (kill.problems.length === 0 || !plan.keepProblems) await rm(directory, { recursive: true, force: true })
    }
  }
  try {
    await Promise.all(Array.from({ length: plan.side }, lane))
  } finally {
    if (!plan.keepProblems || kills.every(({ problems }) => problems.length === 0)) await rm(root, { recursive: true, force: true })
  }
  return kills
}

/** Three of four where it writes: what comes before is longer and does nothing that could be lost. */
function momentOf(random: { next(): number }): Moment {
  return random.next() < 0.25 ? { from: 'start', share: 0.1 + 0.9 * random.next() } : { from: 'writing', share: random.next() }
}

/** What is asked a second time may be refused at once: what took long lasts. */
function mixed(known: Lasting, now: Lasting): Lasting {
  const mix = (one: number, other: number): number => (other > one ? 0.5 * one + 0.5 * other : 0.9 * one + 0.1 * other)
  return { wholeMs: mix(known.wholeMs, now.wholeMs), writingMs: mix(known.writingMs, now.writingMs) }
}

/** Commands by how far they had come, for people. */
export function killTable(kills: readonly Kill[]): string {
  const columns = ['nothing recorded', 'something recorded', 'branch moved, not settled', 'all recorded', 'ended by itself'] as const
  const rows = [...Map.groupBy(kills, ({ command }) => command)].map(([command, of]) => [command, ...columns.map((reached) => of.filter((kill) => kill.reached === reached).length), of.filter(({ gitLocks }) => gitLocks.length > 0).length, of.filter(({ problems }) => problems.length > 0).length, of.length])
  const head = ['command', ...columns, 'git locks', 'problems', 'kills']
  const cells = [head, ...rows].map((row) => row.map(String))
  const widths = head.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)))
  return cells.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')).join('\n')
}
