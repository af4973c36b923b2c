import type { DedupKey, Detector, MigrationWindow, Sealer } from '@waxseal/core'
import type { SessionContext } from './context.js'

/** What the service tells of its work: never ids, names or data. */
export interface SessionEvent {
  /** `user_id_in_clear`: a session is made for a user whose id looks like personal data and is stored in clear. */
  readonly event: 'user_id_in_clear'
}

/** What of a session is sealed, and how. */
export interface SessionSealOptions {
  /** Seals and opens; the service never closes it. */
  readonly sealer: Sealer
  /** A stable alias of ADK's `appName`, the first pair of every context. As text it stands for all apps. Default: `appName`. */
  readonly app?: string | ((appName: string) => string) | undefined
  /** Whose key; without `userId` for values that all users of the app share. `userId` is the id as it is stored. */
  readonly scope?: ((owner: { readonly appName: string; readonly userId?: string | undefined }) => string | undefined) | undefined
  /** What is sealed from now on; sealed values are read in any case. Default: state and events. */
  readonly encryptFields?: readonly ('state' | 'events')[] | undefined
  /** Which keys of the state are sealed, by patterns in which `*` is any text, prefix included: `app:*`, `profile_*`. Default: all. */
  readonly stateKeys?:
    | { readonly include?: readonly string[] | undefined; readonly exclude?: readonly string[] | undefined }
    | undefined
  /** Until when values and events in clear are still read where sealed ones are expected. */
  readonly plaintext?: MigrationWindow | undefined
  /** Contexts under which a value may have been sealed before, newest first: after an app or a user got another name. */
  readonly previousContexts?: ((context: SessionContext) => readonly SessionContext[]) | undefined
  /** `pseudonym`: the inner service gets a keyed hash in place of the user's id. Default: clear. */
  readonly userId?: 'clear' | 'pseudonym' | undefined
  /** Made by `createDedupKey` over a named key; needed for pseudonyms. */
  readonly pseudonyms?: DedupKey | undefined
  /** Whether an id is personal data; false for no check. Default: e-mail addresses and phone numbers are. */
  readonly detector?: Detector | false | undefined
  /** `reassigned` where the inner service gives events other ids (Vertex AI): events are then bound to their session alone. Default: kept. */
  readonly eventIds?: 'kept' | 'reassigned' | undefined
  /** Told of what deserves a look. What it throws changes nothing. */
  readonly onEvent?: ((event: SessionEvent) => void) | undefined
}
