import { randomUUID } from 'node:crypto'
import { constants, createWriteStream, rmSync } from 'node:fs'
import { link, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { finished } from 'node:stream/promises'
import { EXIT, Failure } from '../failure.js'
import { atEnd } from './ending.js'

export interface WholeFileOptions {
  /** Permissions of a new file. Default 0o600: what is opened is nobody else's. */
  readonly mode?: number
  /** Whether a file that is there may be replaced. Default: no. */
  readonly replace?: boolean
}

/** A file that is there once it is complete, and not before: written beside its place and then put there. */
export interface WholeFile {
  readonly stream: NodeJS.WritableStream
  /** On disk, and in its place. */
  commit(): Promise<void>
  /** As if it had never been begun. */
  discard(): Promise<void>
}

const taken = (path: string) =>
  new Failure(`${path} is there already`, { hint: 'Give another name, or --force to replace it.', exitCode: EXIT.usage })

/** A failure where a file is there already. */
export async function checkFree(path: string): Promise<void> {
  const there = await statOf(path)
  if (there?.isFile() || there?.isDirectory()) throw taken(path)
}

const statOf = (path: string) =>
  stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })

/** Puts a file in its place, where none may be: a link, unlike a rename, never takes the place of one that came to be there meanwhile. */
async function place(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw taken(to)
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP') throw error
    // A file system without links.
    if (await statOf(to)) throw taken(to)
    await rename(from, to)
  }
}

export async function beginWholeFile(path: string, { mode = 0o600, replace = false }: WholeFileOptions = {}): Promise<WholeFile> {
  const there = await statOf(path)
  if (there && !there.isFile() && !there.isDirectory()) return straightTo(path)
  if (there && !replace) throw taken(path)
  const beside = join(dirname(path), `.${basename(path)}.${randomUUID()}`)
  const forget = atEnd(() => rmSync(beside, { force: true }))
  const file = await open(beside, 'wx', mode).catch((error: NodeJS.ErrnoException) => {
    forget()
    throw Object.assign(error, { path })
  })
  const stream = createWriteStream(beside, { fd: file.fd, autoClose: false })
  // Whoever writes next, or commits, is told.
  stream.on('error', () => undefined)
  const end = async (): Promise<void> => {
    await rm(beside, { force: true })
    forget()
  }
  return {
    stream,
    async commit() {
      stream.end()
      await finished(stream)
      await file.sync()
      await file.close()
      if (replace) await rename(beside, path)
      else await place(beside, path)
      await end()
    },
    async discard() {
      stream.destroy()
      await file.close().catch(() => undefined)
      await end()
    },
  }
}

/** A pipe or a device has no other place to be written to. */
async function straightTo(path: string): Promise<WholeFile> {
  // Never made or emptied: meanwhile it may have become a file.
  const file = await open(path, constants.O_WRONLY)
  const found = await file.stat()
  if (found.isFile() || (found.isFIFO() && found.uid !== process.getuid?.())) {
    await file.close()
    throw new Failure(`${path} is a file, or the pipe of somebody else`, { exitCode: EXIT.usage })
  }
  const stream = file.createWriteStream()
  stream.on('error', () => undefined)
  return {
    stream,
    async commit() {
      stream.end()
      await finished(stream)
    },
    async discard() {
      stream.destroy()
    },
  }
}

export async function writeFileWhole(path: string, text: string, options: WholeFileOptions): Promise<void> {
  const file = await beginWholeFile(path, options)
  try {
    file.stream.write(text)
    await file.commit()
  } catch (error) {
    await file.discard()
    throw error
  }
}
