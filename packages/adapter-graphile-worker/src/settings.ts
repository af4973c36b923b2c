import type { Host } from './host.js'

interface Settings {
  readonly schema?: string | undefined
  readonly taskDirectory?: string | undefined
  readonly crontabFile?: string | undefined
}

interface Preset {
  readonly extends?: readonly Preset[] | undefined
  readonly worker?: Settings | undefined
}

const inherited = ({ extends: parents = [], worker }: Preset): Settings => Object.assign({}, ...parents.map(inherited), worker)

/** Settings of a call as graphile-worker resolves them: its defaults, then presets, then the options of the call. */
export function settingsOf(host: Pick<Host, 'WorkerPreset'>, options: Settings & { readonly preset?: Preset | undefined }) {
  const { schema, taskDirectory, crontabFile } = inherited({ extends: [host.WorkerPreset as Preset, options.preset ?? {}] })
  return {
    schema: options.schema ?? schema!,
    taskDirectory: options.taskDirectory ?? taskDirectory!,
    crontabFile: options.crontabFile ?? crontabFile!,
  }
}
