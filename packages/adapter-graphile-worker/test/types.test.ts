import type * as host from 'graphile-worker'
import { describe, expectTypeOf, it } from 'vitest'
import type { AddJobFunction, run, runOnce, SealOptions, sealTasks, Task, TaskList, WorkerUtils } from '../src/index.js'

declare global {
  namespace GraphileWorker {
    interface Tasks {
      typedCharge: { card: string; amount: number }
    }
  }
}

declare const utils: WorkerUtils

describe('types', () => {
  it('know the payloads of the tasks that an application declares', () => {
    const add = () => utils.addJob('typedCharge', { card: '4242', amount: 1 })
    // @ts-expect-error amount is a number
    const wrong = () => utils.addJob('typedCharge', { card: '4242', amount: '1' })
    const other = () => utils.addJob('other', 'anything')
    expectTypeOf<[typeof add, typeof wrong, typeof other]>().not.toBeAny()
    expectTypeOf<Parameters<NonNullable<TaskList['typedCharge']>>[0]>().toEqualTypeOf<{ card: string; amount: number }>()
    expectTypeOf<Parameters<Task<'typedCharge'>>[0]>().toEqualTypeOf<{ card: string; amount: number }>()
  })

  it('are those of graphile-worker, with seal beside its options', () => {
    expectTypeOf<AddJobFunction>().toEqualTypeOf<host.AddJobFunction>()
    expectTypeOf<Parameters<typeof run>[0]>().toExtend<host.RunnerOptions>()
    expectTypeOf<host.RunnerOptions>().toExtend<Parameters<typeof run>[0]>()
    expectTypeOf<Parameters<typeof run>[0]['seal']>().toEqualTypeOf<SealOptions | undefined>()
    expectTypeOf<ReturnType<typeof run>>().toEqualTypeOf<ReturnType<typeof host.run>>()
    expectTypeOf<Parameters<typeof runOnce>[1]>().toEqualTypeOf<host.TaskList | undefined>()
    expectTypeOf<ReturnType<typeof sealTasks>>().toEqualTypeOf<host.TaskList>()
  })
})
