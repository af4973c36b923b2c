import type { ListSessionsRequest, ListSessionsResponse } from '@google/adk'

/** Which of all sessions a list shows. */
export function windowOf({ limit, offset = 0, page }: ListSessionsRequest, total: number): { limit: number; offset: number } {
  if (limit === undefined) return { limit: total, offset }
  return { limit, offset: page === undefined ? offset : (page - 1) * limit }
}

/** What a list tells of itself, as the services of ADK tell it. */
export function pageOf(request: ListSessionsRequest, totalItems: number): Omit<ListSessionsResponse, 'sessions'> {
  const { limit, page } = request
  if (limit === undefined) return { page: 1, limit: totalItems, totalItems, totalPages: totalItems === 0 ? 0 : 1 }
  if (limit === 0) return { page: page ?? 1, limit, totalItems, totalPages: 0 }
  const { offset } = windowOf(request, totalItems)
  return { page: page ?? Math.floor(offset / limit) + 1, limit, totalItems, totalPages: Math.ceil(totalItems / limit) }
}
