import { library } from '@waxseal/build'

export default library({ entry: ['src/index.ts', 'src/jwe.ts'], dts: ['src/index.ts', 'src/jwe.ts'] })
