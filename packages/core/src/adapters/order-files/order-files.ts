import { createHash, randomUUID } from 'node:crypto'
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { AutonomyError } from '../../autonomy/autonomy-error.ts'
import type { OrderBook } from '../../autonomy/order-book.ts'
import { orderSchema, type Order } from '../../autonomy/order.ts'
import { syncFile } from '../durable-files/sync-file.ts'

const suffix = '.json'
/** Far more than any order that is written here. */
const longest = 1_000_000

/**
 * One small file an order, below `directory`, which no candidate ever sees. Written beside, synced and renamed into place under a random name: two orders never meet, and a kill leaves a whole one or none.
 */
export function createOrderFiles(directory: string): OrderBook {
  return {
    give: (order) => {
      try {
        prepare(directory)
        const draft = path.join(directory, `.draft-${randomUUID()}`)
        try {
          writeFileSync(draft, `${JSON.stringify(order)}\n`, { flag: 'wx' })
          syncFile(draft)
          renameSync(draft, path.join(directory, `${order.order}${suffix}`))
          syncFile(directory)
        } finally {
          rmSync(draft, { force: true })
        }
      } catch (error) {
        if (error instanceof AutonomyError) throw error
        throw new AutonomyError('order-unheeded', `the order could not be written to ${directory}: nobody has heard it`, { cause: error, remedy: 'See that the place may be written to and has space left; meanwhile end the process that runs by its id.' })
      }
    },
    all: () => namesIn(directory).flatMap((name) => readOrder(directory, name) ?? []),
    forget: (names) => {
      const wanted = new Set(names)
      // In the order given: whoever is killed here has forgotten no resume before what it lifts.
      const files = new Map(namesIn(directory).map((name) => [orderOf(name), name]))
      for (const order of wanted) {
        const name = files.get(order)
        if (name !== undefined) rmSync(path.join(directory, name), { force: true })
      }
    },
  }
}

function prepare(directory: string): void {
  mkdirSync(directory, { recursive: true })
  refuseLink(directory)
  syncFile(path.dirname(directory))
}

function refuseLink(directory: string): void {
  const found = lstatSync(directory, { throwIfNoEntry: false })
  if (found === undefined || found.isDirectory()) return
  throw new AutonomyError('orders-unreadable', `${directory} is no directory of its own, so nobody can say what was ordered`, { remedy: 'Remove it: orders are read through no link.' })
}

function namesIn(directory: string): readonly string[] {
  refuseLink(directory)
  try {
    return readdirSync(directory).filter((name) => name.endsWith(suffix) && !name.startsWith('.')).toSorted()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new AutonomyError('orders-unreadable', `${directory} cannot be read, so nobody can say what was ordered`, { cause: error, remedy: 'See that the place may be read.' })
  }
}

function orderOf(file: string): string {
  const name = file.slice(0, -suffix.length)
  return /^[0-9a-z-]{1,64}$/.test(name) ? name : createHash('sha256').update(file).digest('hex')
}

/** Null: it was forgotten meanwhile. Whatever else is wrong with a file, it may have been an order to stop. */
function readOrder(directory: string, name: string): Order | null {
  const order = orderOf(name)
  try {
    const file = path.join(directory, name)
    const about = lstatSync(file)
    const parsed = about.isFile() && about.size <= longest ? orderSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))) : null
    if (parsed?.success === true && parsed.data.order === order) return parsed.data
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    if (!(error instanceof SyntaxError) && (error as NodeJS.ErrnoException).code === undefined) throw error
  }
  return { order, what: 'stop', reason: `the order in ${name} cannot be read`, by: 'nobody knows who', at: '', lifts: [] }
}
