// `pnpm bench:queues` and `pnpm soak:queues`: builds the adapters, then runs a program of this folder, `bench` or `crash`, on the
// pinned Node, on servers of its own.
import { capture, install, pinnedNode, pnpm, root, run, stop } from '../start/steps.mjs'

const [program, ...rest] = process.argv.slice(2)
if (program !== 'bench' && program !== 'crash') stop('Name the program to run: bench or crash.')

const fresh = await install('waxseal', '@waxseal/queues...')
if (fresh !== 0) stop('The queues could not be installed.', fresh)

const build = await capture(...pnpm('exec', 'turbo', 'build', '--filter=@waxseal/queues^...', '--output-logs=errors-only'))
if (build.code !== 0) stop(`${build.output}\nThe packages under test could not be built.`, build.code)

process.exitCode = await run(pinnedNode(), [`${root}tooling/queues/${program}.ts`, ...rest])
