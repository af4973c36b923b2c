import { WorkerPreset } from 'graphile-worker'
import * as worker17 from 'graphile-worker-0.17'
import { describe, expect, it } from 'vitest'
import { type Host, host } from '../src/host.js'
import { settingsOf } from '../src/settings.js'

describe('settings of a call', () => {
  it('are those of graphile-worker where nothing else is said', () => {
    const { schema, taskDirectory, crontabFile } = WorkerPreset.worker!
    expect(settingsOf(host, {})).toEqual({ schema, taskDirectory, crontabFile })
    expect(settingsOf(worker17 as unknown as Host, {})).toMatchObject({ schema: 'graphile_worker', taskDirectory })
  })

  it('are taken from presets, later ones before earlier ones, and from options before all of them', () => {
    const preset = {
      extends: [{ worker: { schema: 'a', taskDirectory: 'a' } }, { extends: [{ worker: { schema: 'b', crontabFile: 'b' } }] }],
      worker: { crontabFile: 'c' },
    }
    expect(settingsOf(host, { preset })).toEqual({ schema: 'b', taskDirectory: 'a', crontabFile: 'c' })
    expect(settingsOf(host, { preset, schema: 'd', taskDirectory: undefined })).toMatchObject({ schema: 'd', taskDirectory: 'a' })
  })
})
