export interface Task {
  readonly name: string
  readonly after: readonly string[]
}

/** What can be done at the same time: every layer needs only earlier ones; within a layer the order of the list. A cycle is refused. */
export function layers(tasks: readonly Task[]): string[][] {
  const names = tasks.map((task) => task.name)
  for (const { after } of tasks) {
    for (const name of after) if (!names.includes(name)) throw new RangeError(`no task ${name}`)
  }
  let left = [...tasks]
  const done: string[] = []
  const found: string[][] = []
  while (left.length > 0) {
    const ready = left.filter((task) => task.after.every((name) => done.includes(name)))
    if (ready.length === 0) throw new RangeError('tasks wait for each other')
    found.push(ready.map((task) => task.name))
    for (const { name } of ready) done.push(name)
    left = left.filter((task) => !ready.includes(task))
  }
  return found
}
