/** Reads comma-separated values; a field in quotes may hold commas, line ends and doubled quotes. Rows of other lengths are refused. */
export function parseTable(text: string): string[][] {
  let rows: string[][] = []
  let row: string[] = []
  let field = ''
  let quoted = false
  let rest = text
  while (rest !== '') {
    const letter = rest[0] ?? ''
    rest = rest.slice(1)
    if (quoted) {
      if (letter !== '"') field = `${field}${letter}`
      else if (rest.startsWith('"')) {
        field = `${field}"`
        rest = rest.slice(1)
      } else quoted = false
    } else if (letter === '"') {
      if (field !== '') throw new SyntaxError('a quote inside a field')
      quoted = true
    } else if (letter === ',') {
      row = [...row, field]
      field = ''
    } else if (letter === '\n') {
      rows = [...rows, [...row, field]]
      row = []
      field = ''
    } else field = `${field}${letter}`
  }
  if (quoted) throw new SyntaxError('a quote that does not end')
  if (field !== '' || row.length > 0) rows = [...rows, [...row, field]]
  if (rows.some((other) => other.length !== rows[0]?.length)) throw new SyntaxError('rows of different lengths')
  return rows
}
