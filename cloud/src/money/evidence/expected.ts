/** What an answer must agree with. */
export interface Expected {
  readonly reference: string;
  readonly currency: string;
}
