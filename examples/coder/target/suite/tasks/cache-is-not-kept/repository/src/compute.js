import { cache } from './cache.js'

export function compute(read) {
  if (!cache.has('value')) cache.set('value', read() * 2)
  return cache.get('value')
}
