// `pnpm codec-server`: builds the codec server and starts it from where the user stands.
import { capture, install, pinnedNode, pnpm, root, run, stop } from './steps.mjs'

const app = '@waxseal/codec-server-app'
const fresh = await install('waxseal', `${app}...`)
if (fresh !== 0) stop('The codec server could not be installed.', fresh)

const build = await capture(...pnpm('exec', 'turbo', 'build', `--filter=${app}`, '--output-logs=errors-only'))
if (build.code !== 0) stop(`${build.output}\nThe codec server could not be built.`, build.code)

const cwd = process.env.INIT_CWD ?? process.cwd()
process.exitCode = await run(pinnedNode(), [`${root}apps/codec-server/dist/main.js`, ...process.argv.slice(2)], { cwd })
