import { type AuditError, fail, failure } from '../audit-error.js'
import { GENESIS } from '../chain.js'
import { fits, type StoredRecord } from '../record.js'
import type { AuditSink, Head } from '../sink.js'
import { headOfFile, readLines } from './file-lines.js'
import { lineOf, recordOfLine } from './line.js'
import { builtin, takeLock } from './lock-file.js'

export interface FileSinkOptions {
  /** Permissions of a file that is made. Default `0o600`: nobody but its owner. */
  readonly mode?: number | undefined
}

interface Writer {
  readonly file: number
  readonly unlock: () => void
  head: Head
  size: number
}

/**
 * Appends one line of JSON a record and waits until it is on disk. One file holds one stream and has one writer: the first append
 * makes `path.lock` (`conflict` where another process holds it), `close` removes it. Reading needs no lock. A file that another wrote
 * to meanwhile is `conflict`; one that a crash left with half a line is `torn`.
 *
 * @example
 * const trail = createAuditTrail({ sink: fileSink('/var/lib/app/audit.jsonl'), keys })
 */
export function fileSink(path: string, { mode = 0o600 }: FileSinkOptions = {}): AuditSink {
  if (typeof path !== 'string' || path === '') fail('config', 'fileSink: a path is required')
  let writer: Writer | undefined
  let broken: AuditError | undefined
  let tail: Promise<unknown> = Promise.resolve()
  /** Where the last page ended, so that the next one does not begin at the top of the file. */
  let cursor = { after: 0, offset: 0 }

  function opened(stream: string): Writer {
    if (writer) return writer
    const { closeSync, fsyncSync, openSync } = builtin('node:fs')
    const unlock = takeLock(`${path}.lock`)
    let file: number | undefined
    try {
      file = openSync(path, 'a+', mode)
      // Also the name of a new file has to outlive a crash. Windows opens no folders.
      if (process.platform !== 'win32') {
        const folder = openSync(path.replace(/[^/]*$/, '') || '.', 'r')
        fsyncSync(folder)
        closeSync(folder)
      }
      const { last, size } = headOfFile(file, path)
      const record = last === undefined ? undefined : recordOfLine(last, stream, -1)
      if (record && (record.stream !== stream || !Number.isSafeInteger(record.seq) || record.seq < 1))
        fail('config', `the last line of ${path} is no record of this stream; an audit file holds one stream`)
      const head = record ? { seq: record.seq, hash: record.hash } : { seq: 0, hash: GENESIS }
      writer = { file, unlock, size, head }
      return writer
    } catch (error) {
      if (file !== undefined) closeSync(file)
      unlock()
      throw error
    }
  }

  function write(stream: string, make: (head: Head) => StoredRecord): StoredRecord {
    if (broken) throw broken
    const { fdatasyncSync, fstatSync, writeSync } = builtin('node:fs')
    const to = opened(stream)
    if (fstatSync(to.file).size !== to.size) fail('conflict', `${path} was changed by somebody else`)
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
      const resumed = after > 0 && cursor.after === after
      const found: StoredRecord[] = []
      let seq = resumed ? after : 0
      let end = resumed ? cursor.offset : 0
      try {
        for (const { line, next } of readLines(path, end)) {
          const record = recordOfLine(line, stream, seq + 1)
          ;[seq, end] = [record.seq, next]
          if ((resumed || record.seq > after) && fits(record, filter)) found.push(record)
          if (found.length === limit) break
        }
      } catch (error) {
        wrapped(error)
      }
      cursor = { after: seq, offset: end }
      return found
    },
    async head(stream) {
      const { closeSync, existsSync, openSync } = builtin('node:fs')
      if (!existsSync(path)) return { seq: 0, hash: GENESIS }
      const file = openSync(path, 'r')
      try {
        const { last } = headOfFile(file)
        if (last === undefined) return { seq: 0, hash: GENESIS }
        const { seq, hash } = recordOfLine(last, stream, 0)
        return { seq, hash }
      } finally {
        closeSync(file)
      }
    },
    async close() {
      await tail
      if (writer) builtin('node:fs').closeSync(writer.file)
      writer?.unlock()
      writer = undefined
    },
  }
}
