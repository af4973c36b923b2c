// Programs that users of the packages have: scripts for Node. In a package of their own, so that only `pnpm test:published` installs them.
import { fileURLToPath } from 'node:url'

/** @param {string} path */
const installed = (path) => fileURLToPath(new URL(`./node_modules/${path}`, import.meta.url))

export const tools = {
  jest: installed('jest/bin/jest.js'),
  vite: installed('vite/bin/vite.js'),
  /** The module, which has the compiler as functions. */
  typescript58: installed('typescript-5/lib/typescript.js'),
  /** The program: the native compiler has no functions to call. */
  typescript70: installed('typescript-7/bin/tsc'),
}
