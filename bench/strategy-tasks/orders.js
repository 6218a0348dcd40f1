'use strict'
// Orders joined with customers and summed up.
function uniqueCustomers(orders) {
  const ids = orders.map((order) => order.customer)
  return ids.filter((id, index) => ids.indexOf(id) === index)
}

function namesOf(customers, ids) {
  const names = []
  for (const id of ids) {
    const found = customers.find((customer) => customer.id === id)
    names.push(found === undefined ? '?' : found.name)
  }
  return names
}

function totals(orders) {
  let rows = []
  for (const order of orders) {
    rows = [...rows, order.price * order.count]
  }
  return rows
}

function largest(rows) {
  return [...rows].sort((a, b) => b - a)[0]
}

function knownOnly(orders, customers) {
  const ids = customers.map((customer) => customer.id)
  const kept = []
  for (const order of orders) {
    if (ids.includes(order.customer)) kept.push(order)
  }
  return kept
}

exports.run = (size) => {
  const customers = []
  for (let i = 0; i < size; i++) customers.push({ id: (i * 7919) % 10007, name: 'customer ' + i })
  const orders = []
  for (let i = 0; i < 2 * size; i++) orders.push({ customer: ((i * 31) % (size + 20)) * 7919 % 10007, price: (i % 17) + 1, count: (i % 5) + 1 })
  const kept = knownOnly(orders, customers)
  const ids = uniqueCustomers(kept)
  return [ids.length, namesOf(customers, ids).slice(0, 5), largest(totals(kept))]
}
exports.size = 700
