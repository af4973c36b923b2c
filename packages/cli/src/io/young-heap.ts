import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** What short-lived objects need at a time, with room: two halves, of which one is in use. */
const ENOUGH_BYTES = 16 * 1024 * 1024

let isHeld = false

/** V8 doubles the space for new objects again and again while a process lives, to 128 MiB, which makes a long run no faster. */
function hold(): void {
  const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
  if (space === undefined || space.space_size < ENOUGH_BYTES) return
  setFlagsFromString('--semi-space-growth-factor=1')
  isHeld = true
}

/** The pieces of an input, however many they are, without the heap growing by their number. */
export async function* withYoungHeap(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    if (!isHeld) hold()
    yield piece
  }
}
