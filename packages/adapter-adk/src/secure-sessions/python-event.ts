import type { Event } from '@google/adk'
import { isObject } from '../json-value.js'
import { fromSeconds, toSeconds } from './times.js'

type Members = Readonly<Record<string, unknown>>

/** What agents name themselves, by path in Python's names: ADK leaves these members as they are, and so do we. */
const OF_AGENTS = new Set([
  'actions.state_delta',
  'actions.artifact_delta',
  'actions.requested_auth_configs',
  'actions.requested_tool_confirmations',
  'actions.agent_state',
  'custom_metadata',
  'content.parts.function_call.args',
  'content.parts.function_response.response',
  'output',
])
/** Bytes: the two write base64 in different alphabets. */
const BYTES = new Set(['content.parts.inline_data.data', 'content.parts.thought_signature'])

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

function renamed(value: unknown, rename: (name: string) => string, bytes: (text: string) => string, path = ''): unknown {
  if (OF_AGENTS.has(path)) return value
  if (Array.isArray(value)) return value.map((each) => renamed(each, rename, bytes, path))
  if (typeof value === 'string') return BYTES.has(path) ? bytes(value) : value
  if (!isObject(value)) return value
  const below = (name: string) => (path === '' ? snake(name) : `${path}.${snake(name)}`)
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [rename(name), renamed(each, rename, bytes, below(name))]),
  )
}

const urlSafe = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_')
const standard = (text: string) => text.replaceAll('-', '+').replaceAll('_', '/')

/** An event as ADK for Python stores it: its names, seconds, and the route among the actions. */
export function toPython({ route, ...event }: Event): Members {
  const members = renamed(event, snake, urlSafe) as Members
  return {
    ...members,
    timestamp: toSeconds(event.timestamp),
    actions: { ...(members.actions as Members | undefined), ...(route === undefined ? {} : { route }) },
  }
}

/** The reverse. What the row itself says goes before what is in it. */
export function fromPython(
  stored: Members,
  row: { readonly id: string; readonly invocationId: string; readonly timestamp: number },
): Event {
  const { timestamp, actions, ...members } = renamed(stored, camel, standard) as Members
  const { route, ...others } = (isObject(actions) ? actions : {}) as Members
  return {
    ...members,
    ...(route === undefined ? {} : { route }),
    id: row.id,
    invocationId: row.invocationId,
    timestamp: typeof timestamp === 'number' ? fromSeconds(timestamp) : row.timestamp,
    actions: { stateDelta: {}, artifactDelta: {}, requestedAuthConfigs: {}, requestedToolConfirmations: {}, ...others },
  } as unknown as Event
}
