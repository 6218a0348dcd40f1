import { z } from 'zod'
import { nanoUsd, type NanoUsd } from './money.ts'

/** In nano-dollars a token, which is thousandths of what price lists say a million tokens cost. */
export interface ModelPrice {
  readonly input: NanoUsd
  readonly output: NanoUsd
}

/** As price lists have it: dollars for a million tokens. */
export const priceSchema = z.strictObject({
  input: z.number().min(0).max(100_000).describe('Dollars for a million tokens that are sent.'),
  output: z.number().min(0).max(100_000).describe('Dollars for a million tokens that come back.'),
})

export const priceTableSchema = z.strictObject({ version: z.literal(1), models: z.record(z.string().min(1), priceSchema) })
export type PriceTable = z.output<typeof priceTableSchema>

export const noPrice: ModelPrice = { input: 0, output: 0 }

export function modelPrice({ input, output }: z.output<typeof priceSchema>): ModelPrice {
  return { input: nanoUsd(input / 1e6), output: nanoUsd(output / 1e6) }
}

/** The longest name that the model's own begins with, for dated versions of one model; a later table beats an earlier one. Null: nobody knows. */
export function findPrice(tables: readonly PriceTable[], model: string): ModelPrice | null {
  const bare = model.replace(/^.*\//, '')
  for (const { models } of tables.toReversed()) {
    const names = Object.keys(models).filter((name) => isVersionOf(model, name) || isVersionOf(bare, name))
    const [longest] = names.sort((a, b) => b.length - a.length)
    const found = longest === undefined ? undefined : models[longest]
    if (found !== undefined) return modelPrice(found)
  }
  return null
}

/** `gpt-x-2026-01-01` of `gpt-x`, but never `gpt-x-mini`: another model has another price. */
function isVersionOf(model: string, name: string): boolean {
  return model === name || (model.startsWith(name) && /^[-@](?:\d{4,8}(?:-\d{2}){0,2}|latest|\d{3})$/.test(model.slice(name.length)))
}

export function costOf(price: ModelPrice, { input, output }: { readonly input: number; readonly output: number }): NanoUsd {
  return input * price.input + output * price.output
}
