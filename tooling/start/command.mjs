import { basename } from 'node:path'

/** @type {Record<'machine' | 'tools', [major: number, minor: number][]>} */
const MINIMUM = {
  machine: [[20, 19]],
  tools: [
    [22, 18],
    [24, 11],
  ],
}

/**
 * Says in a sentence why a Node version will not do, or nothing when it will.
 *
 * @param {string} version as in `process.versions.node`
 * @param {'machine' | 'tools'} role `machine`: starts the commands. `tools`: builds and tests.
 * @returns {string | undefined}
 */
export const nodeProblem = (version, role) => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const lines = MINIMUM[role]
  const newest = lines.at(-1)?.[0] ?? 0
  const fits = lines.some(([m, n]) => major === m && minor >= n) || major > newest
  if (fits) return undefined
  const wanted = lines.map((line) => line.join('.')).join(' or ')
  return role === 'machine'
    ? `Waxseal needs Node ${wanted} or newer; this is ${version}.`
    : `The tools need Node ${wanted} or newer and this is ${version}. On Linux one comes with the installation (optional dependency node-linux-*): was it skipped?`
}

/**
 * The command line that calls pnpm: the running one when a pnpm started this (a native program or a script), else npx with the
 * version that package.json names, which also makes `npm run demo` and a bare `node tooling/start/demo.mjs` work.
 *
 * @param {Record<string, string | undefined>} env
 * @param {string} node the path of the running Node
 * @param {string} packageManager as in package.json: `pnpm@1.2.3`
 * @returns {string[]}
 */
export const pnpmCommand = (env, node, packageManager) => {
  const running = env.npm_execpath ?? ''
  if (!basename(running).startsWith('pnpm') && !/[\\/]pnpm[\\/]/.test(running)) return ['npx', '--yes', packageManager]
  return /\.[cm]?js$/.test(running) ? [node, running] : [running]
}

/**
 * The app of the demo on the queue that its arguments name. Each but the default one is a package of its own, so that nobody installs
 * the client of a queue that was not asked for. An unknown name is left to the program, which says what it knows.
 *
 * @param {readonly string[]} args
 * @returns {string}
 */
export const demoApp = (args) => {
  const at = args.findLastIndex((arg) => /^(--queue|-q)(=|$)/.test(arg))
  const named = args[at]?.split('=')[1] ?? args[at + 1]
  return at >= 0 && (named === 'bullmq' || named === 'temporal') ? `worker-${named}` : 'worker'
}
