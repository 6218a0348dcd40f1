import { randomUUID } from 'node:crypto'
import os from 'node:os'
import path from 'node:path'
import type { EffectGate, Heed, Journal, JournalIndex, Order, OrderBook, OrderKind, Reason, Standing } from '@ratchet/core'
import { AutonomyError } from '@ratchet/core/autonomy/autonomy-error'
import { heedOrders } from '@ratchet/core/autonomy/heed-orders'
import { readStanding, recordOrders } from '@ratchet/core/autonomy/order-book'
import { standingText } from '@ratchet/core/autonomy/standing-orders'
import { readIdentity } from '@ratchet/core/adapters/git-workspace/read-identity'
import { openGitWorkspace, type GitWorkspace } from '@ratchet/core/adapters/git-workspace/git-workspace'
import { holdGate } from '@ratchet/core/adapters/order-files/gate-lock'
import { createOrderFiles } from '@ratchet/core/adapters/order-files/order-files'
import { prepareDirectory } from '@ratchet/core/adapters/sqlite-journal/journal-directory'
import { openSqliteJournal } from '@ratchet/core/adapters/sqlite-journal/sqlite-journal'
import type { Invocation } from './invocation.ts'
import type { TargetOptions } from './target-options.ts'

interface Place {
  readonly workspace: Pick<GitWorkspace, 'stateDirectory'>
  readonly journal: Journal & JournalIndex
}

/** How long an effect on a branch may take before whoever gives an order says that it was not heeded. */
const patience = 30_000

export function orderBook({ stateDirectory }: Pick<GitWorkspace, 'stateDirectory'>): OrderBook {
  return createOrderFiles(path.join(stateDirectory, 'orders'))
}

/** What stands, for commands that only look. */
export function standingOf({ workspace, journal }: Place): Promise<Standing> {
  return readStanding({ book: orderBook(workspace), index: journal })
}

/** Takes what was ordered meanwhile into the journal. */
export async function absorbOrders({ workspace, journal }: Place): Promise<void> {
  await recordOrders({ book: orderBook(workspace), journal, index: journal })
}

/** Fails with `stopped` or `paused` where somebody has said so. */
export function requireGoing(standing: Standing, what: string): void {
  if (standing.state === 'going') return
  throw new AutonomyError(standing.state, `${what}: ${standingText(standing)}`, { remedy: '`ratchet resume` lets work go on; `ratchet status` shows what stands.' })
}

/** Looks for orders as long as a command goes on that has the journal open for writing. */
export function heed(invocation: Invocation, { workspace, journal }: Place, signal = invocation.signal): Heed {
  const book = orderBook(workspace)
  let recorded: readonly Order[] | undefined
  const look = async (): Promise<Standing> => {
    recorded = await recordOrders({ book, journal, index: journal }, recorded)
    return readStanding({ book, index: { ofKinds: () => eventsOf(recorded ?? []) } })
  }
  return heedOrders(look, { signal, observe: announcing(invocation) })
}

/** The same for a command that only reads: what was given stays where it is. */
export function heedReading(invocation: Invocation, place: Place): Heed {
  return heedOrders(() => standingOf(place), { signal: invocation.signal, observe: announcing(invocation) })
}

function announcing({ console }: Invocation): (standing: Standing) => void {
  return (standing) => console.note(standing.state === 'going' ? 'resumed: going on' : `${standingText(standing)}: ${standing.state === 'paused' ? 'waiting for `ratchet resume`' : 'ending now'}`)
}

/** What a stop has ended fails with the stop, not with whatever it was in the middle of. */
export async function heeding<T>(orders: Heed, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (orders.signal.reason instanceof AutonomyError) throw orders.signal.reason
    throw error
  }
}

async function* eventsOf(orders: readonly Order[]): ReturnType<JournalIndex['ofKinds']> {
  // Nobody else writes this journal meanwhile: what was read of it once stays true.
  for (const body of orders) yield { kind: 'order-given', body } as never
}

/** See `EffectGate`. `despite`: states that somebody has decided to overrule. */
export function effectGate({ workspace, journal }: Place, signal: AbortSignal, despite: readonly Standing['state'][] = []): EffectGate {
  return {
    pass: async (effect) => {
      using _held = await holdGate(workspace.stateDirectory, patience, signal)
      await absorbOrders({ workspace, journal })
      const standing = await standingOf({ workspace, journal })
      if (standing.state !== 'going' && !despite.includes(standing.state)) return { kind: 'barred', reasons: [haltedReason(standing)] }
      return { kind: 'passed', value: await effect() }
    },
  }
}

export function haltedReason(standing: Standing): Reason {
  return { code: 'halted', message: `${standingText(standing)}: \`ratchet resume\` lets work go on` }
}

export interface GivenOrder {
  readonly order: Order
  /** What stands now that it was given. */
  readonly standing: Standing
  /** False: the process that has the journal open takes it in. */
  readonly recorded: boolean
}

/**
 * Gives an order and waits until nothing is in the middle of moving a branch. It is heard from the moment it is written, whoever holds the journal and whatever state that is in; only a resume has to know what it takes back.
 */
export async function giveOrder(invocation: Invocation, options: TargetOptions, { what, reason }: { readonly what: OrderKind; readonly reason: string }): Promise<GivenOrder> {
  await using workspace = await openGitWorkspace({ directory: options.target, environment: invocation.environment })
  prepareDirectory(workspace.stateDirectory)
  const book = orderBook(workspace)
  const lifts = what === 'resume' ? (await standingNow(invocation, workspace)).orders.map(({ order }) => order) : []
  if (what === 'resume' && lifts.length === 0) throw new AutonomyError('nothing-to-resume', 'nothing was paused or stopped')
  const order: Order = { order: randomUUID(), what, reason, by: await whoAmI(invocation, workspace.root), at: invocation.clock().toISOString(), lifts }
  book.give(order)
  using _gate = await holdGate(workspace.stateDirectory, patience, invocation.signal)
  return { order, standing: what === 'resume' ? await standingNow(invocation, workspace) : { state: what === 'stop' ? 'stopped' : 'paused', orders: [order] }, recorded: false }
}

async function standingNow(invocation: Invocation, workspace: GitWorkspace): Promise<Standing> {
  await using journal = await openSqliteJournal({ directory: workspace.stateDirectory, mode: 'read', clock: invocation.clock })
  return await standingOf({ workspace, journal })
}

async function whoAmI({ environment, signal }: Invocation, root: string): Promise<string> {
  const said = await readIdentity(root, environment, signal)
  const user = os.userInfo().username
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  return (said === null ? user : `${user} (${said})`).replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').slice(0, 200)
}
