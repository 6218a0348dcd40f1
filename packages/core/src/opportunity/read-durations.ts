/** How long one test took. */
export interface TestDuration {
  readonly name: string
  /** Where the report says so; empty else. As the report has it. */
  readonly file: string
  readonly ms: number
}

const testLimit = 20_000
/** In ms: a thousand years. Whoever writes more wants a sum that is no number. */
const longest = 3e13

/** Times of tests in a report of JUnit, TAP, CTest, jest, vitest or mocha, in whatever else was printed. Written by the target: what is no such line is passed over, and nothing is decided by it. */
export function readDurations(text: string): readonly TestDuration[] {
  const found = [...junitDurations(text), ...tapDurations(text), ...ctestDurations(text), ...jsonDurations(text)]
  return found.filter(({ name, ms }) => name !== '' && ms >= 0 && ms <= longest).slice(0, testLimit)
}

function junitDurations(text: string): readonly TestDuration[] {
  return [...text.matchAll(/<testcase\b([^<>]{0,4000})>/g)].slice(0, testLimit).flatMap(([, attributes = '']) => {
    const values = new Map([...attributes.matchAll(/\b([a-z]{1,20})="([^"]{0,2000})"/g)].map(([, name = '', value = '']) => [name, plain(value)]))
    const seconds = Number(values.get('time') ?? Number.NaN)
    return [{ name: values.get('name') ?? '', file: values.get('file') ?? '', ms: seconds * 1000 }]
  })
}

const entities = new Map([['&amp;', '&'], ['&lt;', '<'], ['&gt;', '>'], ['&quot;', '"'], ['&apos;', "'"]])

function plain(value: string): string {
  return value.replaceAll(/&(?:amp|lt|gt|quot|apos);/g, (entity) => entities.get(entity) ?? entity)
}

function tapDurations(text: string): readonly TestDuration[] {
  const found: TestDuration[] = []
  let name: string | null = null
  for (const line of text.split('\n')) {
    const point = /^\s*(?:not )?ok \d{1,9}(?: -)? (.{1,500})$/.exec(line)
    if (point !== null) name = point[1]?.replace(/ # (?:SKIP|TODO).*$/i, '') ?? null
    const duration = name === null ? null : /^\s*duration_ms: ([\d.]{1,20})\s*$/.exec(line)
    if (duration === null || name === null) continue
    found.push({ name, file: '', ms: Number(duration[1]) })
    name = null
    if (found.length >= testLimit) break
  }
  return found
}

function ctestDurations(text: string): readonly TestDuration[] {
  return [...text.matchAll(/^ *\d{1,9}\/\d{1,9} Test +#\d{1,9}: (\S{1,300}) \.* *[A-Z*]\S{0,30}.{0,30}? +([\d.]{1,20}) sec *$/gm)].map(([, name = '', seconds]) => ({ name, file: '', ms: Number(seconds) * 1000 }))
}

/** jest and vitest: `testResults[].assertionResults[]`; mocha: `tests[]`. */
function jsonDurations(text: string): readonly TestDuration[] {
  const start = text.indexOf('{"')
  const value = start < 0 ? null : parsed(text.slice(start, text.lastIndexOf('}') + 1))
  const files = listOf(value, 'testResults').map((file) => [textOf(file, 'name'), listOf(file, 'assertionResults')] as const)
  const jest = files.flatMap(([file, tests]) => tests.map((test) => ({ name: textOf(test, 'fullName'), file, ms: numberOf(test, 'duration') })))
  return [...jest, ...listOf(value, 'tests').map((test) => ({ name: textOf(test, 'fullTitle'), file: textOf(test, 'file'), ms: numberOf(test, 'duration') }))]
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
}

function listOf(value: unknown, name: string): readonly unknown[] {
  const field = fieldOf(value, name)
  return Array.isArray(field) ? field : []
}

function textOf(value: unknown, name: string): string {
  const field = fieldOf(value, name)
  return typeof field === 'string' ? field : ''
}

function numberOf(value: unknown, name: string): number {
  const field = fieldOf(value, name)
  return typeof field === 'number' ? field : Number.NaN
}
