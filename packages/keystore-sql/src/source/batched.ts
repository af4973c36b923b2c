/** Look-ups that come together are asked together; undefined for what was not found. */
export function batched<T>(
  limit: number,
  load: (ids: readonly string[]) => Promise<ReadonlyMap<string, T>>,
): (id: string) => Promise<T | undefined> {
  let waiting: { readonly ids: Set<string>; readonly answer: Promise<ReadonlyMap<string, T>> } | undefined

  function begin() {
    const ids = new Set<string>()
    const answer = (async () => {
      // After everything that is ready to ask has asked.
      await undefined
      if (waiting?.ids === ids) waiting = undefined
      return load([...ids])
    })()
    waiting = { ids, answer }
    return waiting
  }

  return async (id) => {
    const batch = waiting && waiting.ids.size < limit ? waiting : begin()
    batch.ids.add(id)
    return (await batch.answer).get(id)
  }
}
