import { library } from '@waxseal/build'

const entry = ['src/index.ts', 'src/embedded.ts', 'src/sqlite.ts']

export default library({ entry: [...entry, 'src/main.ts'], dts: entry })
