import type { JobSealing } from './job-sealing.js'
import type { SealOptions } from './seal-options.js'

const sealings = new WeakMap<object, Promise<JobSealing>>()

/** Loads the sealing of `seal`; this and nothing else loads cryptography. Every method that carries payloads reports its errors. */
export function loadSealing(seal: SealOptions): Promise<JobSealing> {
  const loaded = import('./job-sealing.js').then(({ createJobSealing }) => createJobSealing(seal))
  loaded.catch(() => {})
  return loaded
}

/** Lets whatever belongs to a queue find how its jobs are sealed. */
export function register(owner: object, sealing: Promise<JobSealing> | undefined): void {
  if (sealing) sealings.set(owner, sealing)
}

/** How the jobs of a queue, worker, producer or scheduler are sealed; undefined where BullMQ is left alone. */
export const sealingOf = (owner: object): Promise<JobSealing> | undefined => sealings.get(owner)

/** Takes `seal` out of what BullMQ is given. */
export function takeSeal<Options extends object>(
  options: Options | undefined,
): {
  readonly sealing: Promise<JobSealing> | undefined
  readonly options: Options | undefined
} {
  const { seal, ...rest } = (options ?? {}) as Options & { seal?: SealOptions }
  return seal ? { sealing: loadSealing(seal), options: rest as unknown as Options } : { sealing: undefined, options }
}
