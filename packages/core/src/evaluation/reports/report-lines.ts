/** The lines of a text, one at a time and without their line ends, so that millions of empty lines cost no memory. */
export function* reportLines(text: string): Generator<string, void> {
  let start = 0
  while (start < text.length) {
    const feed = text.indexOf('\n', start)
    const end = feed === -1 ? text.length : feed
    yield text.slice(start, end > start && text[end - 1] === '\r' ? end - 1 : end)
    start = end + 1
  }
}
