/** How long the hub keeps what grows with every day, unless `KARIBU_KEEP_DAYS` says otherwise. Money and its evidence stay for ever. */
export const keptDaysUsual = { journal: 90, sessions: 400, messages: 180, audit: 1825 } as const;

export type KeptKind = keyof typeof keptDaysUsual;

/** Less would forget what is still asked for: a site's journal again, a dispute, who did what. */
export const keptDaysLeast: Readonly<Record<KeptKind, number>> = { journal: 30, sessions: 30, messages: 7, audit: 366 };

export type KeptDays = ReadonlyMap<KeptKind, number>;

/** How long the rows of a rule are kept. */
export function keptMsOf(
  { kind, keptMs }: { readonly kind?: KeptKind; readonly keptMs: number },
  keptDays: KeptDays,
): number {
  const days = kind === undefined ? undefined : keptDays.get(kind);
  return days === undefined ? keptMs : days * 86_400_000;
}
