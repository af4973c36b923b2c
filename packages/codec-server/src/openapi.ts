import type { Route } from './routes.js'

type Json = Readonly<Record<string, unknown>>

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` })
const json = (schema: Json): Json => ({ 'application/json': { schema } })

const REFUSALS: Readonly<Record<string, string>> = {
  400: 'The body is not what this path takes, or a payload does not open.',
  401: 'This server has to know who calls.',
  403: 'This caller may not do that.',
  408: 'The body did not come in time.',
  413: 'The call is larger than this server takes.',
  415: 'The body is not JSON.',
  429: 'This caller has called too often; Retry-After says when to call again.',
  500: 'The call failed.',
  503: 'A service that is needed does not answer; the same call may succeed later.',
}

/** An absent list is an empty one, as Go's encoder writes it. */
const listOf = (name: string): Json => ({ type: ['array', 'null'], items: ref(name) })
/** Both alphabets, with padding or without. */
const BASE64: Json = { type: ['string', 'null'], contentEncoding: 'base64', pattern: '^[A-Za-z0-9+/_-]*={0,2}$' }
/** Of a header: what can be recorded. */
const TEXT: Json = { type: 'string', maxLength: 255, pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$' }

const SCHEMAS: Readonly<Record<string, Json>> = {
  Error: {
    type: 'object',
    required: ['error'],
    properties: {
      error: {
        oneOf: [
          {
            type: 'object',
            required: ['code', 'message'],
            properties: { code: { type: 'string' }, message: { type: 'string' } },
          },
          { type: 'string' },
        ],
      },
    },
  },
  TemporalPayload: {
    type: 'object',
    properties: {
      metadata: { type: ['object', 'null'], additionalProperties: BASE64 },
      data: BASE64,
      externalPayloads: { type: ['array', 'null'], items: { type: 'object' } },
    },
  },
  TemporalPayloads: { type: 'object', properties: { payloads: listOf('TemporalPayload') } },
  OjsPayload: {
    type: 'object',
    required: ['data'],
    properties: { data: { type: 'string', contentEncoding: 'base64' }, metadata: { type: 'object' } },
  },
  OjsPayloads: { type: 'object', properties: { payloads: listOf('OjsPayload') } },
  OjsGoPayload: {
    type: ['object', 'null'],
    properties: {
      data: { type: ['string', 'null'], contentEncoding: 'base64' },
      metadata: { type: ['object', 'null'], additionalProperties: { type: ['string', 'null'] } },
    },
  },
  OjsGoPayloads: {
    type: 'object',
    required: ['payloads'],
    properties: { payloads: { type: 'array', minItems: 1, items: ref('OjsGoPayload') } },
  },
  Document: {
    type: 'object',
    required: ['document'],
    properties: {
      document: { description: 'Any JSON that may hold envelopes.' },
      context: {
        type: 'object',
        additionalProperties: { type: 'string' },
        description: 'Where envelopes belong that store no context.',
      },
      surface: {
        type: 'object',
        required: ['name'],
        properties: { name: { type: 'string' }, values: { type: 'object', additionalProperties: { type: 'string' } } },
        description: 'In place of a context: a kind of thing that the server knows, and what names this one.',
      },
      scope: { type: 'string' },
      fields: {
        type: 'array',
        items: { type: 'string' },
        description: 'Selectors of fields that are sealed inline: each where it stands.',
      },
      elementIds: {
        type: 'object',
        additionalProperties: { type: 'string' },
        description: 'Of arrays that such fields stand in: the member that identifies elements.',
      },
      show: { enum: ['masked'], description: 'Masks what the caller could see in clear. Of `/open` alone.' },
    },
  },
  Report: {
    type: 'object',
    required: ['document', 'report'],
    properties: {
      document: {},
      report: {
        type: 'array',
        items: {
          type: 'object',
          required: ['pointer', 'outcome'],
          properties: {
            pointer: { type: 'string' },
            within: { type: 'string' },
            outcome: { enum: ['clear', 'masked', 'withheld', 'refused', 'failed', 'unavailable', 'sealed'] },
            kid: { type: 'string' },
            keyVersion: { type: 'integer' },
            suite: { type: 'string' },
            bytes: { type: 'integer' },
            context: { type: ['object', 'null'], additionalProperties: { type: 'string' } },
          },
        },
      },
    },
  },
  Keys: { type: 'object' },
  Caller: {
    type: 'object',
    required: ['id', 'groups', 'pages'],
    properties: {
      id: { type: 'string' },
      groups: { type: 'array', items: { type: 'string' } },
      pages: { type: 'array', items: { enum: ['document', 'keys', 'audit'] } },
    },
  },
  KeysAfter: {
    type: 'object',
    properties: { after: { type: ['string', 'null'], description: 'The kid of the last key of the page before.' } },
  },
  KeyPage: {
    type: 'object',
    required: ['keys', 'next'],
    properties: { keys: { type: 'array', items: { type: 'object' } }, next: { type: ['string', 'null'] } },
  },
  AuditQuery: {
    type: 'object',
    properties: {
      actor: { type: ['string', 'null'] },
      operation: { type: ['string', 'null'] },
      from: { type: ['integer', 'null'], description: 'Milliseconds since the epoch.' },
      to: { type: ['integer', 'null'] },
      before: { type: ['integer', 'null'], description: 'Number of the last record of the page before.' },
      verify: { type: 'boolean', description: 'The whole trail is verified, and no records are given.' },
    },
  },
  AuditPage: { type: 'object' },
  Samples: { type: 'object', required: ['samples'], properties: { samples: { type: 'array', items: { type: 'object' } } } },
}

const BODIES: Readonly<Record<string, { readonly takes?: string; readonly gives: string; readonly summary: string }>> = {
  'decode temporal': {
    takes: 'TemporalPayloads',
    gives: 'TemporalPayloads',
    summary: 'Decodes payloads as a remote codec of Temporal.',
  },
  'encode temporal': {
    takes: 'TemporalPayloads',
    gives: 'TemporalPayloads',
    summary: 'Encodes payloads as a remote codec of Temporal.',
  },
  'decode ojs': { takes: 'OjsPayloads', gives: 'OjsPayloads', summary: 'Decodes payloads of Open Job Spec.' },
  'encode ojs': { takes: 'OjsPayloads', gives: 'OjsPayloads', summary: 'Encodes payloads of Open Job Spec.' },
  'decode ojs-go': {
    takes: 'OjsGoPayloads',
    gives: 'OjsGoPayloads',
    summary: 'Decodes payloads as the reference server of OJS.',
  },
  'encode ojs-go': {
    takes: 'OjsGoPayloads',
    gives: 'OjsGoPayloads',
    summary: 'Encodes payloads as the reference server of OJS.',
  },
  'keys ojs-go': { gives: 'Keys', summary: 'Ids of keys, as the reference server of OJS lists them.' },
  'open native': { takes: 'Document', gives: 'Report', summary: 'Opens every envelope of a document in place.' },
  'whoami inspector': { gives: 'Caller', summary: 'Who the caller is, and which pages they may see.' },
  'keys inspector': { takes: 'KeysAfter', gives: 'KeyPage', summary: 'Keys, their versions and states; never a key.' },
  'audit inspector': {
    takes: 'AuditQuery',
    gives: 'AuditPage',
    summary: 'Records of the trail, newest first, or whether it is in order.',
  },
  'samples inspector': { gives: 'Samples', summary: 'Sealed documents that the page offers to load.' },
  'inspect native': { takes: 'Document', gives: 'Report', summary: 'Describes every envelope of a document, without a key.' },
}

/** The OpenAPI 3.1 description of what this server answers. */
export function openApiOf(routes: ReadonlyMap<string, Route>): Json {
  const paths: Record<string, unknown> = {
    '/health': {
      get: {
        operationId: 'health',
        security: [],
        summary: 'Whether the process answers.',
        responses: { 200: { description: 'It does.' } },
      },
    },
  }
  for (const [path, { method, operation }] of routes) {
    const { takes, gives, summary } = BODIES[`${operation.name} ${operation.dialect}`]!
    const refusals = Object.entries(REFUSALS).map(([status, description]) => [
      status,
      { description, content: json(ref('Error')) },
    ])
    paths[path] = {
      [method.toLowerCase()]: {
        operationId: `${operation.name}-${operation.dialect}`,
        summary,
        parameters: [
          { name: 'X-Namespace', in: 'header', schema: TEXT },
          { name: 'X-Waxseal-Purpose', in: 'header', schema: TEXT },
          { name: 'X-Waxseal-Reason', in: 'header', schema: TEXT },
        ],
        ...(takes && { requestBody: { required: true, content: json(ref(takes)) } }),
        responses: { 200: { description: 'What was asked for.', content: json(ref(gives)) }, ...Object.fromEntries(refusals) },
      },
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Waxseal codec server',
      version: '1',
      description: 'Opens sealed payloads for people and tools that may see them.',
    },
    security: [{ bearer: [] }],
    paths,
    components: { schemas: SCHEMAS, securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
  }
}
