import { library } from '@waxseal/build'

export default library({ entry: ['src/index.ts', 'src/secure-sessions.ts'] })
