/** PostgreSQL's code for a row that collides with another one in a unique index. */
const uniqueViolation = "23505";

/**
 * For `.catch` of a statement: a collision becomes this refusal, and any other failure is thrown again. A check before the insert
 * is not enough: two requests that check at the same time both find the name free.
 */
export function onCollision(refusal: () => Error): (error: { readonly code?: string }) => never {
  return (error) => {
    throw error.code === uniqueViolation ? refusal() : error;
  };
}
