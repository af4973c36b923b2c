export const formats = ['jsonl', 'json', 'csv', 'txt'] as const
export type Format = (typeof formats)[number]
