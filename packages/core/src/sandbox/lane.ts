/** Processors, by the kernel's numbers, that everything of one evaluation runs on while others go on beside it; null: whichever the kernel likes. */
export type Lane = readonly number[] | null

/**
 * Lanes that share no processor, from processors that share no physical core with each other (`cores`: the threads of each). What does not divide evenly is left to Ratchet itself. Null where there
 * are fewer cores than lanes: two evaluations on one core would measure each other.
 */
export function divideCores(cores: readonly (readonly number[])[], lanes: number): readonly Lane[] | null {
  if (lanes === 1) return [null]
  const each = Math.floor(cores.length / lanes)
  if (each < 1) return null
  return Array.from({ length: lanes }, (_, lane) => cores.slice(lane * each, (lane + 1) * each).flat())
}
