export class Queue {
  items = []

  add(item) {
    this.items.push(item)
  }

  take() {
    return this.items.pop()
  }
}
