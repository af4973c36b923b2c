import type { FakesOptions } from '../commands/fakes.js'
import { EXIT } from '../failure.js'
import { optional } from '../optional.js'

export async function fakes({ only, port }: FakesOptions): Promise<void> {
  const { run } = await optional('@waxseal/conformance', () => import('@waxseal/conformance/command'))
  const ended = new Promise<number>((resolve) => {
    process.once('SIGINT', () => resolve(EXIT.interrupted))
    process.once('SIGTERM', () => resolve(143))
  })
  const args = ['fakes', ...(only === undefined ? [] : ['--only', only]), ...(port === undefined ? [] : ['--port', port])]
  process.exitCode = await run(args, {
    out: (text) => process.stdout.write(text),
    error: (text) => process.stderr.write(text),
    ended,
  })
}
