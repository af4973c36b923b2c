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
 * Appends one line of JSON a record and waits until it is on disk. One file holds one stream and has one writer: the first append
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
  let tail: Promise<unknown> = Promise.resolve()
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

  function write(stream: string, make: (head: Head) => StoredRecord): StoredRecord {
    if (broken) throw broken
    const { fdatasyncSync, writeSync } = builtin('node:fs')
    const to = opened(stream)
    if (!to.lock.held()) fail('conflict', `the lock of ${path} was removed or taken by somebody else`)
    if (!isSame(to)) fail('conflict', `${path} was changed, moved or removed by somebody else`)
    const record = make(to.head)
    if (record.stream !== stream) fail('config', 'an audit file holds one stream')
    const line = new TextEncoder().encode(`${lineOf(record)}\n`)
    try {
      for (let at = 0; at < line.length; ) at += writeSync(to.file, line, at)
      fdatasyncSync(to.file)
    } catch (error) {
      // How much of it is on disk is not known: nothing may be written behind it.
      broken = failure(error, 'sink_failed', `${path} could not be written; look at its end, then open it anew`)
      throw broken
    }
    to.size += line.length
    to.head = { seq: record.seq, hash: record.hash }
    return record
  }

  const wrapped = (error: unknown): never => {
    throw failure(error, 'sink_failed', `${path} could not be opened or read`)
  }
  let streamWritten: string | undefined

  return {
    kind: 'sink',
    append(stream, make) {
      const appended = tail.then(() => {
        if (streamWritten !== undefined && streamWritten !== stream) fail('config', 'an audit file holds one stream')
        const record = write(stream, make)
        streamWritten = stream
        return record
      })
      tail = appended.catch(() => {})
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
      await tail
      if (writer) builtin('node:fs').closeSync(writer.file)
      writer?.lock.release()
      writer = undefined
    },
  }
}
