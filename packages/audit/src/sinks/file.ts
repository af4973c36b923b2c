import { type AuditError, fail, failure } from '../audit-error.js'
import { GENESIS } from '../chain.js'
import { fits, type StoredRecord } from '../record.js'
import type { AuditSink, Head } from '../sink.js'
import { headOfFile, readLines } from './file-lines.js'
import { lineOf, recordOfLine } from './line.js'
import { builtin, type Lock, takeLock } from './lock-file.js'

export interface FileSinkOptions {
  /** Permissions of a file that is made. Default `0o600`: nobody but its owner. */
  readonly mode?: number | undefined
}

interface Writer {
  readonly file: number
  /** Where the file lies when all links are followed. */
  readonly path: string
  readonly lock: Lock
  head: Head
  size: number
}

/** A record that somebody waits for. */
interface Waiting {
  readonly stream: string
  readonly make: (head: Head) => StoredRecord
  readonly resolve: (record: StoredRecord) => void
  readonly reject: (error: unknown) => void
}

/** Two names of one file have one lock. */
function realPath(path: string): string {
  const { basename, dirname, join } = builtin('node:path')
  const { existsSync, realpathSync } = builtin('node:fs')
  return existsSync(path) ? realpathSync(path) : join(realpathSync(dirname(path)), basename(path))
}

/** Whether what the path names is still the file that was opened, and as long as it was left. */
function isSame({ file, path, size }: Writer): boolean {
  const { fstatSync, statSync } = builtin('node:fs')
  const [own, named] = [fstatSync(file, { bigint: true }), statSync(path, { bigint: true, throwIfNoEntry: false })]
  return own.size === BigInt(size) && named?.ino === own.ino && named.dev === own.dev
}

/**
 * Appends one line of JSON a record and waits until it is on disk, for records that wait at the same time together. One file holds one stream and has one writer: the first append
 * makes `path.lock` (`conflict` where another process holds it), `close` removes it. Reading needs no lock. A file that another wrote
 * to, moved or removed meanwhile is `conflict`; one that a crash left with half a line is `torn`.
 *
 * @example
 * const trail = createAuditTrail({ sink: fileSink('/var/lib/app/audit.jsonl'), keys })
 */
export function fileSink(given: string, { mode = 0o600 }: FileSinkOptions = {}): AuditSink {
  if (typeof given !== 'string' || given === '') fail('config', 'fileSink: a path is required')
  // The working directory may change.
  const path = builtin('node:path').resolve(given)
  let writer: Writer | undefined
  let broken: AuditError | undefined
  const queue: Waiting[] = []
  let draining: Promise<void> | undefined
  let streamWritten: string | undefined
  /** Where the last page ended, so that the next one does not begin at the top of the file. */
  let cursor = { after: 0, offset: 0 }

  function opened(stream: string): Writer {
    if (writer) return writer
    const { closeSync, fsyncSync, openSync } = builtin('node:fs')
    const real = realPath(path)
    const lock = takeLock(`${real}.lock`)
    let file: number | undefined
    try {
      file = openSync(real, 'a+', mode)
      // Also the name of a new file has to outlive a crash. Windows opens no folders.
      if (process.platform !== 'win32') {
        const folder = openSync(builtin('node:path').dirname(real), 'r')
        fsyncSync(folder)
        closeSync(folder)
      }
      const { last, size } = headOfFile(file, path)
      const record = last === undefined ? undefined : recordOfLine(last, stream, -1)
      if (record && (record.stream !== stream || !Number.isSafeInteger(record.seq) || record.seq < 1))
        fail('config', `the last line of ${path} is no record of this stream; an audit file holds one stream`)
      const head = record ? { seq: record.seq, hash: record.hash } : { seq: 0, hash: GENESIS }
      writer = { file, path: real, lock, size, head }
      return writer
    } catch (error) {
      if (file !== undefined) closeSync(file)
      lock.release()
      throw error
    }
  }

  /** Puts lines at the end of the file and waits until they are on disk. */
  async function store(to: Writer, lines: string): Promise<void> {
    const { fdatasync, writeSync } = builtin('node:fs')
    const bytes = new TextEncoder().encode(lines)
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(to.file, bytes, at)
      await new Promise<void>((resolve, reject) => fdatasync(to.file, (error) => (error ? reject(error) : resolve())))
    } catch (error) {
      // How much of it is on disk is not known: nothing may be written behind it.
      broken = failure(error, 'sink_failed', `${path} could not be written; look at its end, then open it anew`)
      throw broken
    }
    to.size += bytes.length
  }

  /** Writes the records that wait together, and tells each of them once all are on disk: the disk takes as long for one as for many. */
  async function commit(waiting: readonly Waiting[]): Promise<void> {
    const made: { entry: Waiting; record: StoredRecord }[] = []
    try {
      if (broken) throw broken
      const to = opened(waiting[0]!.stream)
      if (!to.lock.held()) fail('conflict', `the lock of ${path} was removed or taken by somebody else`)
      if (!isSame(to)) fail('conflict', `${path} was changed, moved or removed by somebody else`)
      let { head } = to
      let lines = ''
      for (const entry of waiting)
        try {
          const record = entry.make(head)
          if (record.stream !== (streamWritten ?? entry.stream)) fail('config', 'an audit file holds one stream')
          streamWritten = record.stream
          head = { seq: record.seq, hash: record.hash }
          lines += `${lineOf(record)}\n`
          made.push({ entry, record })
        } catch (error) {
          entry.reject(error)
        }
      if (made.length > 0) await store(to, lines)
      to.head = head
      for (const { entry, record } of made) entry.resolve(record)
    } catch (error) {
      for (const entry of waiting) entry.reject(error)
    }
  }

  async function drain(): Promise<void> {
    // Appends of the same moment belong together.
    await undefined
    while (queue.length > 0) await commit(queue.splice(0))
    draining = undefined
  }

  const wrapped = (error: unknown): never => {
    throw failure(error, 'sink_failed', `${path} could not be opened or read`)
  }

  return {
    kind: 'sink',
    append(stream, make) {
      const appended = new Promise<StoredRecord>((resolve, reject) => queue.push({ stream, make, resolve, reject }))
      draining ??= drain()
      return appended.catch(wrapped)
    },
    async read(stream, filter, { after, limit }) {
      const resumed = after !== undefined && after > 0 && cursor.after === after
      const found: StoredRecord[] = []
      let seq = resumed ? after : 0
      let end = resumed ? cursor.offset : 0
      let ascending = true
      try {
        for (const { line, next } of readLines(path, end)) {
          const record = recordOfLine(line, stream, seq + 1)
          ascending &&= record.seq > seq
          ;[seq, end] = [record.seq, next]
          if ((resumed || after === undefined || record.seq > after) && fits(record, filter)) found.push(record)
          if (found.length === limit) break
        }
      } catch (error) {
        wrapped(error)
      }
      // Where numbers go back, records behind the last one's may lie before it.
      cursor = ascending ? { after: seq, offset: end } : { after: 0, offset: 0 }
      return found
    },
    async head(stream) {
      const { closeSync, existsSync, openSync } = builtin('node:fs')
      let file: number | undefined
      try {
        if (!existsSync(path)) return { seq: 0, hash: GENESIS }
        file = openSync(path, 'r')
        const { last } = headOfFile(file)
        if (last === undefined) return { seq: 0, hash: GENESIS }
        const { seq, hash } = recordOfLine(last, stream, 0)
        return { seq, hash }
      } catch (error) {
        return wrapped(error)
      } finally {
        if (file !== undefined) closeSync(file)
      }
    },
    async close() {
      await draining
      if (writer) builtin('node:fs').closeSync(writer.file)
      writer?.lock.release()
      writer = undefined
    },
  }
}
