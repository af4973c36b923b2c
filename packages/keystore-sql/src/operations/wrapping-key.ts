import { findWrappingKey } from '../database/key-rows.js'
import type { Ground } from '../ground.js'
import type { KeyDetails, VersionInfo } from '../key-info.js'
import { actorOf } from '../trail/journal.js'
import { changeState, type DestroyCommand, type StateCommand } from './change-state.js'
import { details } from './get.js'
import { type Rotated, rotateRow } from './rotate.js'

type Command<T> = Omit<T, 'scope'>

/** The key of the store that wraps all others, and is wrapped by the key service. */
export interface WrappingKeyControl {
  /** `key_not_found` before the first key was made. */
  get(): Promise<KeyDetails>
  /** A new version; `rewrap` moves the keys of the store to it. */
  rotate(command: { readonly actor: string }): Promise<Rotated>
  /** Schedules the destruction of a version. `conflict` while a key is wrapped by it. */
  destroy(command: Command<DestroyCommand>): Promise<VersionInfo>
  cancelDestroy(command: Command<StateCommand>): Promise<VersionInfo>
}

export const wrappingKeyControl = (ground: Ground): WrappingKeyControl =>
  Object.freeze<WrappingKeyControl>({
    get: async () => details(ground, await findWrappingKey(ground)),
    async rotate(command) {
      const actor = actorOf(command)
      return rotateRow(ground, await findWrappingKey(ground), { actor, scope: undefined })
    },
    async destroy(command) {
      actorOf(command)
      return changeState(ground, 'destroy', await findWrappingKey(ground), command)
    },
    async cancelDestroy(command) {
      actorOf(command)
      return changeState(ground, 'cancel_destroy', await findWrappingKey(ground), command)
    },
  })
