/** What a tool is given, by name. Everything is a flat object of texts, numbers and flags: small models get that right more often than nested ones. */
export interface Parameter {
  readonly type: 'string' | 'integer' | 'boolean'
  readonly description: string
  readonly optional?: true
}

export type Arguments = Readonly<Record<string, string | number | boolean | undefined>>

/** `ok: false` is told to the model in words, so that it can try something else; it never ends the agent. */
export interface ToolResult {
  readonly ok: boolean
  readonly text: string
}

export interface Tool {
  readonly name: string
  readonly description: string
  readonly parameters: Readonly<Record<string, Parameter>>
  /** `root` is the real path of the working directory. */
  use(given: Arguments, root: string, signal: AbortSignal): Promise<ToolResult>
}

export const done = (text: string): ToolResult => ({ ok: true, text })
export const refused = (text: string): ToolResult => ({ ok: false, text })

/** The arguments that a model wrote, as the tool wants them; a text says what is wrong with them. */
export function readArguments(tool: Tool, written: string): Arguments | string {
  const given = parse(written)
  if (given === null) return `the arguments of ${tool.name} are no JSON object`
  const problems = Object.keys(given).filter((name) => tool.parameters[name] === undefined).map((name) => `there is no argument ${name}`)
  const read: Record<string, string | number | boolean> = {}
  for (const [name, { type, optional }] of Object.entries(tool.parameters)) {
    const value = given[name] === null ? undefined : converted(given[name], type)
    if (value !== undefined && (type === 'integer' ? Number.isSafeInteger(value) : typeof value === type)) read[name] = value as string | number | boolean
    else if (value !== undefined || optional === undefined) problems.push(`${name} must be a ${type}`)
  }
  return problems.length === 0 ? read : `${tool.name} takes (${Object.keys(tool.parameters).join(', ')}): ${problems.join('; ')}`
}

function parse(written: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(written === '' ? '{}' : written)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Numbers and flags as texts are what many models write. */
function converted(value: unknown, type: Parameter['type']): unknown {
  if (typeof value !== 'string' || type === 'string') return value
  if (type === 'integer') return /^-?\d+$/.test(value) ? Number(value) : value
  return value === 'true' ? true : value === 'false' ? false : value
}
