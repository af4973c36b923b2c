import type { Checkpoint, CheckpointStore } from '../src/index.ts'

export const memoryCheckpoints = (): CheckpointStore & { readonly kept: Map<string, Checkpoint> } => {
  const kept = new Map<string, Checkpoint>()
  return {
    kept,
    load: async (name) => kept.get(name) ?? null,
    async save(name, checkpoint) {
      if (checkpoint) kept.set(name, checkpoint)
      else kept.delete(name)
    },
  }
}
