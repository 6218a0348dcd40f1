/** Numbers of tests or source with their neighbours and multiples, as far as they lie in a range: where a count meets a limit. */
export function knownNumbers(known: readonly number[], { min, max }: { readonly min?: number | undefined; readonly max?: number | undefined }, onlyWhole = false): readonly number[] {
  const near = known.flatMap((value) => [value, value - 1, value + 1, 2 * value, ...(value === 0 ? [] : [-value])])
  return [...new Set(near)].filter((value) => value >= (min ?? -Infinity) && value <= (max ?? Infinity) && !Object.is(value, -0) && (!onlyWhole || Number.isSafeInteger(value)))
}
