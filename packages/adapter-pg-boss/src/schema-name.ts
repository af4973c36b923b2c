import { WaxsealError } from '@waxseal/core'

/** The name of pg-boss's schema, which goes into SQL text as it does in pg-boss. `config` unless it is a plain identifier. */
export function checkedSchema(schema: string): string {
  if (typeof schema !== 'string' || !/^[A-Za-z_]\w*$/.test(schema))
    throw new WaxsealError('config', 'the schema is no plain identifier')
  return schema
}
