export const activities = {
  charge: async ({ card }: { card: string }): Promise<string> => `receipt for ${card}`,
}

export type Activities = typeof activities
