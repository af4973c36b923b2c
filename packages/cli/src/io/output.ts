import { once } from 'node:events'
import { beginWholeFile } from './whole-file.js'

/** Where a result goes. */
export interface Output {
  /** Waits while the reader is behind. */
  write(data: string | Uint8Array): Promise<void>
  commit(): Promise<void>
  discard(): Promise<void>
}

async function written(stream: NodeJS.WritableStream, data: string | Uint8Array): Promise<void> {
  if ('errored' in stream && stream.errored) throw stream.errored
  if (!stream.write(data)) await once(stream, 'drain')
}

/** A file that is there once it is complete, or standard output, where what was written stays written. */
export async function openOutput(
  file: string | undefined,
  { force = false }: { force?: boolean | undefined } = {},
): Promise<Output> {
  if (file === undefined || file === '-')
    return {
      write: (data) => written(process.stdout, data),
      commit: async () => undefined,
      discard: async () => undefined,
    }
  const { stream, commit, discard } = await beginWholeFile(file, { replace: force })
  return { write: (data) => written(stream, data), commit, discard }
}

/** Does something with an output, which is complete behind it or was never there. */
export async function withOutput<T>(
  file: string | undefined,
  options: { force?: boolean | undefined },
  work: (output: Output) => Promise<T>,
): Promise<T> {
  const output = await openOutput(file, options)
  try {
    const result = await work(output)
    await output.commit()
    return result
  } catch (error) {
    await output.discard()
    throw error
  }
}
