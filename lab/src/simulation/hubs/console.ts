/** How staff ask the hub: its console API, by a token of the owner's program. `key`: a repeated request has the one of the first. */

export interface ConsoleAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  readonly body: any;
}
export type Call = (method: string, path: string, body?: object, key?: string) => Promise<ConsoleAnswer>;

/** What it answers with yes. Throws at any other answer. */
export async function demand(answer: ReturnType<Call>) {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`the hub answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** Nobody answers while the hub is down. */
export const orNothing = <T>(answer: Promise<T>): Promise<T | null> => answer.catch(() => null);
