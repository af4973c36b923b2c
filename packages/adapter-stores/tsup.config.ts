import { library } from '@waxseal/build'

export default library({ entry: ['src/index.ts', 'src/sql.ts', 'src/reseal.ts'] })
