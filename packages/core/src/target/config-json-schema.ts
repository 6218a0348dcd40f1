import { z } from 'zod'
import { configSchema } from './config.ts'

/** The part of JSON Schema that our generated schema uses; read by whoever explains a refused value. */
export interface JsonSchema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: JsonSchema | boolean
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly enum?: readonly unknown[]
  readonly examples?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly description?: string
  /** Our own annotation, see `QuantityName`; only with `annotated`. */
  readonly quantity?: string
}

/** zod drops the examples of a schema that transforms its input; ours show what a user writes, so they are put back. */
function examplesOf(schema: z.core.$ZodType): readonly unknown[] | undefined {
  const own = z.globalRegistry.get(schema)?.['examples']
  if (Array.isArray(own)) return own
  const inner = (schema._zod.def as { innerType?: z.core.$ZodType }).innerType
  return inner === undefined ? undefined : examplesOf(inner)
}

/**
 * JSON Schema (draft 7, which YAML language servers read) of what a user may write: before transforms and defaults.
 * @param options.annotated keep our own `quantity` annotation, which editors do not know.
 */
export function configJsonSchema(options: { readonly annotated: boolean }): JsonSchema {
  return z.toJSONSchema(configSchema, {
    io: 'input',
    target: 'draft-7',
    override: ({ zodSchema, jsonSchema }) => {
      const examples = examplesOf(zodSchema)
      if (examples !== undefined) jsonSchema.examples = [...examples]
      if (!options.annotated) delete jsonSchema['quantity']
      // Zod's own bounds of an integer say nothing to a person; ours do.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
    },
  }) as JsonSchema
}
