/**
 * Plans that the embedded engine keeps. To read and plan a statement of many parts takes it up to ten milliseconds, each time anew; to answer it takes
 * less than one. So it keeps the plan of a text that comes again, as JDBC's driver does with a server: whether the plan looks at the values stays
 * PostgreSQL's own choice (`plan_cache_mode`). A server's plans: `prepared.ts`.
 */

/** Texts that are remembered. Above this number the one that has not come for the longest time is forgotten. */
const textsMax = 400;
/** A plan is made anew after so many statements, because the tables have grown meanwhile: one for an empty table reads all of it. */
const lifeStatements = 20_000;

/** `Columns`: how the engine describes its rows. */
export interface KeptPlan<Columns> {
  readonly name: string;
  /** Null: it is to be made, in place of whatever has its name. */
  readonly columns: Columns | null;
}

export interface KeptPlans<Columns> {
  /** Null: this text has not come lately, and is planned for this time alone. */
  of(text: string): KeptPlan<Columns> | null;
  made(text: string, columns: Columns): void;
  /** It failed: perhaps the engine has no such plan, or one that does not fit a table any more. The next time it is made anew. */
  failed(text: string): void;
  /** A table has changed: each plan is made anew. */
  forgetAll(): void;
}

interface Remembered<Columns> {
  readonly name: string;
  columns: Columns | null;
  /** Counted in statements of all. */
  madeAt: number;
}

/**
 * For one connection, under names that begin so. Prepared statements outlive the transaction that made them, also one that is rolled back.
 * `keepsFirst`: a plan is kept from the first time on.
 */
export function createKeptPlans<Columns>(
  prefix: string,
  { keepsFirst }: { readonly keepsFirst: boolean },
): KeptPlans<Columns> {
  /** The one that came last is last. */
  const byText = new Map<string, Remembered<Columns>>();
  let statements = 0;

  /** A plan of the text that goes is replaced: the new one has its name. */
  function nameFor(): string {
    const [oldest] = byText.size < textsMax ? [] : byText;
    if (oldest === undefined) return `${prefix}_${byText.size}`;
    byText.delete(oldest[0]);
    return oldest[1].name;
  }

  return {
    of(text) {
      statements++;
      const known = byText.get(text);
      const plan = known ?? { name: nameFor(), columns: null, madeAt: 0 };
      byText.delete(text);
      byText.set(text, plan);
      if (known === undefined && !keepsFirst) return null;
      if (statements - plan.madeAt > lifeStatements) plan.columns = null;
      return { name: plan.name, columns: plan.columns };
    },
    made(text, columns) {
      const plan = byText.get(text);
      if (plan !== undefined) Object.assign(plan, { columns, madeAt: statements });
    },
    failed(text) {
      const plan = byText.get(text);
      if (plan !== undefined) plan.columns = null;
    },
    forgetAll() {
      for (const plan of byText.values()) plan.columns = null;
    },
  };
}
