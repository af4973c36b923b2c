import { capture, pnpm } from '../start/steps.mjs'

/** Asks the registry for known vulnerabilities of what ships; throws when there are some. `false`: it answers no such question. */
export const audited = async (): Promise<boolean> => {
  const { code, output } = await capture(...pnpm('audit', '--prod'))
  if (code === 0) return true
  if (output.includes('ERR_PNPM_')) return false
  throw new Error(output)
}
