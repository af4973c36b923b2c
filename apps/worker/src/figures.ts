/** A number as a person reads it. */
export const whole = (value: number): string => Math.round(value).toLocaleString('en')

/** A number and what is counted: `1 job`, `1,000 jobs`. */
export const countOf = (value: number, noun: string): string => `${whole(value)} ${noun}${value === 1 ? '' : 's'}`
