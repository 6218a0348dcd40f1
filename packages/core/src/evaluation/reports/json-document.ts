/** The JSON object in a text that may hold other output around it: from the first `{` at a line's start to the last `}`. Null if there is none. */
export function jsonDocument(text: string): unknown {
  const start = text.startsWith('{') ? 0 : text.indexOf('\n{') + 1
  const end = text.lastIndexOf('}') + 1
  if ((start === 0 && !text.startsWith('{')) || end <= start) return null
  try {
    return JSON.parse(text.slice(start, end)) as unknown
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
