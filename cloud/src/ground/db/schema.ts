/**
 * The types of all tables. Each room declares its tables in its `tables.ts`, which adds them to this interface by module
 * augmentation, so that the ground knows none of the rooms above it.
 */
// biome-ignore lint/suspicious/noEmptyInterface: the rooms fill it
export interface Schema {}
