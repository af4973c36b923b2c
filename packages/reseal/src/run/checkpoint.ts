import { misconfigured } from '../config-error.js'
import type { Cursor } from '../engine/target.js'

/** How far a run came. It holds keys of rows and the names of keys, nothing that was sealed. */
export interface Checkpoint {
  /** What the run is about; a checkpoint of another run is not gone on with. */
  readonly run: string
  readonly cursor: Cursor
}

/** Keeps one checkpoint a target. */
export interface CheckpointStore {
  load(target: string): Promise<Checkpoint | null>
  /** Durable once it resolves; null: the target is done, and nothing is kept. */
  save(target: string, checkpoint: Checkpoint | null): Promise<void>
}

export function parseCheckpoint(text: string): Checkpoint | null {
  try {
    const { run, cursor } = JSON.parse(text) as Partial<Checkpoint>
    return typeof run === 'string' && cursor !== undefined ? { run, cursor } : null
  } catch {
    // Begin anew: nothing is lost but time.
    return null
  }
}

/**
 * Keeps checkpoints in a folder, one file a target. A file is replaced whole or not at all.
 *
 * @example
 * const reseal = createReseal({ sealer, targets, checkpoints: fileCheckpoints('/var/lib/app/reseal') })
 */
export function fileCheckpoints(folder: string): CheckpointStore {
  const fs = () =>
    globalThis.process?.getBuiltinModule?.('node:fs') ?? misconfigured('checkpoints in files need a runtime with a file system')
  const path = (target: string) => `${folder}/${encodeURIComponent(target)}.json`
  return {
    async load(target) {
      const { existsSync, readFileSync } = fs()
      return existsSync(path(target)) ? parseCheckpoint(readFileSync(path(target), 'utf8')) : null
    },
    async save(target, checkpoint) {
      const { mkdirSync, renameSync, rmSync, writeFileSync } = fs()
      if (!checkpoint) return rmSync(path(target), { force: true })
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const draft = `${path(target)}.${process.pid}`
      // Made anew: a draft that lies there already may be a link to another file.
      rmSync(draft, { force: true })
      writeFileSync(draft, JSON.stringify(checkpoint), { mode: 0o600, flush: true, flag: 'wx' })
      renameSync(draft, path(target))
    },
  }
}
