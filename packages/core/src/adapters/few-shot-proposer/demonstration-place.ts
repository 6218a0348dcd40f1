/** Where a text file takes demonstrations: whole lines between these two, which stay. */
export const openMark = '<!-- demonstrations -->'
export const closeMark = '<!-- end of demonstrations -->'

export interface DemonstrationPlace {
  /** Characters between the lines of the marks. */
  readonly start: number
  readonly end: number
  /** What stands there, parted by blank lines. */
  readonly shown: readonly string[]
}

/** Null where the marks are missing, turned round, or there more than once: nobody could say which is meant. */
export function findDemonstrations(text: string): DemonstrationPlace | null {
  const [open, anotherOpen] = lines(text, openMark)
  const [close, anotherClose] = lines(text, closeMark)
  if (open === undefined || close === undefined || anotherOpen !== undefined || anotherClose !== undefined || close.start < open.end) return null
  const inside = text.slice(open.end, close.start)
  return { start: open.end, end: close.start, shown: inside.split(/\r?\n(?:[ \t]*\r?\n)+/).map((shown) => shown.trim()).filter((shown) => shown !== '') }
}

function lines(text: string, mark: string): readonly { readonly start: number; readonly end: number }[] {
  const found: { readonly start: number; readonly end: number }[] = []
  for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + 1)) {
    const before = at === 0 || text[at - 1] === '\n'
    const rest = /^[ \t]*(?:\r?\n|$)/.exec(text.slice(at + mark.length, at + mark.length + 80))
    if (before && rest !== null) found.push({ start: at, end: at + mark.length + rest[0].length })
  }
  return found
}

/** What can stand as one demonstration: it holds no mark, and no blank line, which parts one from the next. */
export function isUsable(printed: string): boolean {
  return printed.trim() === printed && printed !== '' && !printed.includes(openMark) && !printed.includes(closeMark) && !/\n[ \t]*\r?\n/.test(printed)
}
