import { WaxsealError } from '@waxseal/core'
import { type Served, serve } from '../fakes.js'
import { devFakes } from './dev-fakes.js'
import { readOptions } from './options.js'

/** Where the command writes, and how it learns that it shall end. */
export interface Terminal {
  readonly out: (text: string) => void
  readonly error: (text: string) => void
  /** The exit code, once somebody ended the command. */
  readonly ended: Promise<number>
}

const NAMES = Object.keys(devFakes)

const HELP = `waxseal-conformance fakes [--only NAMES] [--port N]

Starts fakes of key services on 127.0.0.1 for a developer's machine, and prints what to put into the environment. What it prints
can be read as a .env file. Ctrl-C ends them; their keys are new at every start, so what they sealed does not outlive them.

  --only NAMES  some of them, separated by commas: ${NAMES.join(', ')}
  --port N      the port of the first one, the others follow; without it any that are free
  --help        this text
`

/** Runs the command until it is ended; its exit code: 0, 1 where a fake could not be started, 2 for wrong arguments. */
export async function run(args: readonly string[], { out, error, ended }: Terminal): Promise<number> {
  const asked = readOptions(args, NAMES)
  if (asked.kind === 'help') {
    out(HELP)
    return 0
  }
  if (asked.kind === 'wrong') {
    error(`${asked.message}\n\n${HELP}`)
    return 2
  }
  const running: Served[] = []
  try {
    for (const [index, name] of asked.only.entries()) {
      const { fake, environment, keyUris } = await devFakes[name]!()
      const served = await serve(fake, { port: asked.port === 0 ? 0 : asked.port + index })
      running.push(served)
      const lines = Object.entries(environment(served.url)).map(([variable, value]) => `${variable}=${value}`)
      const keys = keyUris(served.url).map((uri) => `# key: ${uri}`)
      out([`# ${name} at ${served.url}`, ...lines, ...keys, '', ''].join('\n'))
    }
    out('# Ctrl-C ends them.\n')
    return await ended
  } catch (thrown) {
    if (!WaxsealError.is(thrown)) throw thrown
    error(`${thrown.message}\n`)
    return 1
  } finally {
    await Promise.all(running.map(({ close }) => close()))
  }
}
