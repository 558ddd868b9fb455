/** One word after `karibu`. */
export interface Subcommand {
  /** As it is typed: `sessions --data DIR`. */
  readonly usage: string;
  /** One sentence. */
  readonly summary: string;
  /** Returns the exit code: 0 done, 1 it failed, 2 it was asked wrongly. */
  run(words: readonly string[], output: Output): Promise<number>;
}

export interface Output {
  /** A line of the answer. */
  print(line: string): void;
  /** A line about what is wrong. */
  complain(line: string): void;
}
