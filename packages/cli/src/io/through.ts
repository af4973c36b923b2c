/** Puts bytes through a transform, as fast as what comes out is taken. */
export async function* through(
  pieces: AsyncIterable<Uint8Array>,
  transform: TransformStream<Uint8Array, Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const reading = pieces[Symbol.asyncIterator]()
  const source = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await reading.next()
      if (next.done) controller.close()
      else controller.enqueue(next.value)
    },
    async cancel() {
      await reading.return?.()
    },
  })
  const reader = source.pipeThrough(transform).getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
