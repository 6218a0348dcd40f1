'use strict'
// Orders joined with customers and summed up.
function uniqueCustomers(orders) {
  const ids = orders.map((order) => order.customer)
  return ids.filter((id, index) => ids.indexOf(id) === index)
}

function nameOf(customers, id) {
  const found = customers.find((customer) => customer.id === id)
  return found === undefined ? '?' : found.name
}

function totals(orders, customers) {
  let rows = []
  for (const id of uniqueCustomers(orders)) {
    let sum = 0
    for (let i = 0; i < orders.length; i++) {
      if (orders[i].customer === id) sum += orders[i].price * orders[i].count
    }
    rows = [...rows, { id, name: nameOf(customers, id), sum }]
  }
  return rows
}

function largest(rows) {
  return [...rows].sort((a, b) => b.sum - a.sum)[0]
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
  const rows = totals(kept, customers)
  return [rows.length, largest(rows).name, rows.slice(0, 5)]
}
exports.size = 150
