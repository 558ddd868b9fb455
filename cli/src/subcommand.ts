/** One word after `karibu`. */
export interface Subcommand {
  /** As it is typed: `sessions --data DIR`. */
  readonly usage: string;
  /** One sentence. */
  readonly summary: string;
  /** Returns the exit code: 0 done, 1 failed, 2 wrong options. */
  run(words: readonly string[], output: Output): Promise<number>;
}

export interface Output {
  /** A line of the answer. */
  print(line: string): void;
  /** A line about an error. */
  complain(line: string): void;
}
