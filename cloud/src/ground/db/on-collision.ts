/** PostgreSQL's code for a row that collides with another one in a unique index. */
const uniqueViolation = "23505";

/**
 * For `.catch` of a statement: a collision becomes this refusal, any other failure goes on. Looking first would not do: of two
 * that look at the same time both find the name free.
 */
export function onCollision(refusal: () => Error): (error: { readonly code?: string }) => never {
  return (error) => {
    throw error.code === uniqueViolation ? refusal() : error;
  };
}
