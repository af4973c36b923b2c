import { library } from '@waxseal/build'

// Every module stays one: a bundle then holds those in use only.
export default library({ entry: ['src/**/*.ts'], dts: ['src/index.ts', 'src/core.ts'] })
