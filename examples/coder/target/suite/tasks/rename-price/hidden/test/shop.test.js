import assert from 'node:assert/strict'
import test from 'node:test'
import * as shop from '../src/shop.js'

test('new name', () => {
  assert.equal(shop.netPriceOf({ netPrice: 3 }), 3)
  assert.equal(shop.priceOf, undefined)
})

test('sums', () => {
  assert.equal(shop.sumOf([{ netPrice: 3 }, { netPrice: 4 }]), 7)
})

test('cheapest', () => {
  assert.deepEqual(shop.cheapest([{ netPrice: 3 }, { netPrice: 2 }]), { netPrice: 2 })
})
