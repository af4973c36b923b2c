import { library } from '@waxseal/build'

export default library({ entry: ['src/index.ts', 'src/pg.ts', 'src/mysql.ts', 'src/sqlite.ts'] })
