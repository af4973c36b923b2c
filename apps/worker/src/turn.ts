import { setImmediate } from 'node:timers/promises'

/**
 * Lets timers, signals and the terminal have their turn, which the embedded database takes from them while it works; throws once
 * the run was stopped.
 */
export const turn = (signal?: AbortSignal): Promise<void> => setImmediate(undefined, signal ? { signal } : {})
