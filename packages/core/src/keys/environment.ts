/** Where settings are read from: process.env, a Worker's env. */
export type Environment = Readonly<Record<string, string | undefined>>
