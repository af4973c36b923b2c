import type { SourceOptions } from '../commands/scan.js'
import { usage } from '../failure.js'
import type { Source } from './source.js'

/** What a command line names as the source of data. */
export async function openSource(path: string | undefined, options: SourceOptions): Promise<Source> {
  const { database, table, redis, queue, prefix, format } = options
  if ((database === undefined) !== (table === undefined)) throw usage('--database and --table go together')
  if ((redis === undefined) !== (queue === undefined)) throw usage('--redis and --queue go together')
  if (prefix !== undefined && queue === undefined) throw usage('--prefix goes with --queue')
  if ([path, table, queue].filter((each) => each !== undefined).length > 1) throw usage('give one of a path, a table and a queue')
  if (format !== undefined && (table ?? queue) !== undefined) throw usage('--format is for files')
  if (database !== undefined) return (await import('./table.js')).tableSource(database, table!)
  if (redis !== undefined) return (await import('./queue.js')).queueSource(redis, queue!, prefix)
  return (await import('./files.js')).fileSource(path, format)
}
