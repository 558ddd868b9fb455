export interface ValueProblem {
  readonly field: string;
  readonly message: string;
}
