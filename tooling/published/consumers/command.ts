import { type Consumer, expectOutput } from '../place.ts'

/** The command, as `npx waxseal` finds it once it is installed. */
export const command: Consumer = {
  name: 'npx waxseal',
  check: async (place) => {
    await place.npmInstall(['@waxseal/cli'])
    const waxseal = (args: string[], input = ''): Promise<string> =>
      place.run('npx', ['waxseal', ...args], { input, env: { WAXSEAL_KEYS_URI: `file://${place.folder}/keys.txt` } })
    expectOutput(await waxseal(['--version']), place.release.version)
    const help = await waxseal(['--help'])
    for (const name of ['keygen', 'seal', 'open', 'doctor'])
      if (!help.includes(`  ${name} `)) throw new Error(`no ${name} in:\n${help}`)
    await waxseal(['keygen', '-o', 'keys.txt'])
    const sealed = await waxseal(['seal', '--text', '-c', 'app=billing'], '4111 1111 1111 1111')
    if (!sealed.startsWith('wax1.') || sealed.includes('4111 ')) throw new Error(`not sealed: ${sealed}`)
    return expectOutput(await waxseal(['open', '-c', 'app=billing'], sealed), '4111 1111 1111 1111')
  },
}
