import { stepSeparator } from '../proposal/proposal.ts'
import type { Archive } from './archive.ts'
import { readArchive } from './read-archive.ts'

/** How quickly one that works makes the next ones bolder, alone and joined. */
const growth = { single: 0.25, joined: 1 } as const

/** How many steps the next proposal may take at once: half as many after several together have failed a gate, more again as proposals hold. */
export function createStepSize(largest: number): (archive: Archive) => number {
  let size = largest
  const catchUp = readArchive((variant) => {
    if (variant.parent === null || variant.mate !== null) return
    const isJoined = variant.operator.includes(stepSeparator)
    if (variant.verdict !== 'rejected') size = Math.min(largest, size + (isJoined ? growth.joined : growth.single))
    else if (isJoined) size = Math.max(1, size / 2)
  })
  return (archive) => {
    catchUp(archive)
    return Math.floor(size)
  }
}
