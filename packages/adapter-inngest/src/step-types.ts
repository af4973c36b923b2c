import type { ClearStep } from './seal-options.js'

const IN_CLEAR: readonly string[] = [
  'ai.infer',
  'fetch',
  'realtime.publish',
  'waitForSignal',
  'unknown',
] satisfies readonly ClearStep[]
/** Run here: their results are sealed by this adapter. */
const LOCAL: readonly string[] = ['run', 'sendEvent', 'ai.wrap', 'group.experiment', 'realtime.publish', 'unknown']
/** Carried out by Inngest, without data of ours. */
const HOSTED: readonly string[] = ['sleep', 'invoke', 'waitForEvent']

/** Whether steps of this type hand their input or result to Inngest in clear; types that are not known here may. */
export const goesInClear = (type: string): boolean => IN_CLEAR.includes(type) || !(LOCAL.includes(type) || HOSTED.includes(type))

/** Whether Inngest itself makes the result, so that it cannot be sealed. */
export const isMadeByInngest = (type: string): boolean => type === 'sleep' || (goesInClear(type) && !LOCAL.includes(type))
