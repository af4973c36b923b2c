import type { Target } from '../target.ts'
import { targets as codecServer } from './codec-server.ts'
import { targets as config } from './config.ts'
import { targets as core } from './core.ts'
import { targets as formats } from './formats.ts'
import { targets as pii } from './pii.ts'

export const targets: readonly Target[] = [...core, ...formats, ...pii, ...config, ...codecServer]
