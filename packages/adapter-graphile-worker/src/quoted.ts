/** A name in SQL text; graphile-worker takes any as its schema. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
