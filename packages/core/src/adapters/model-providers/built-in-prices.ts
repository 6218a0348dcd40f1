import { readFile } from 'node:fs/promises'
import { priceTableSchema, type PriceTable } from '../../model/model-price.ts'

/** List prices of well-known models. They change: what the user writes beats them. */
export async function builtInPrices(): Promise<PriceTable> {
  return priceTableSchema.parse(JSON.parse(await readFile(new URL('../../model/prices/list.json', import.meta.url), 'utf8')))
}
