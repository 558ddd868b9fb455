/** `new`: who never bought anything here. `known`: who is in the provider's list of customers. */
export const audiences = ["everyone", "new", "known"] as const;
