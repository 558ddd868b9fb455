/**
 * Where the hub has something. Which paths there are, and what is asked, sent and answered there, are the hub's own declarations
 * (`@karibu/cloud/api`): a wrong path, parameter, body or field of an answer does not compile.
 *
 *   get(hubPath("/api/v1/plans/{planId}", { planId }))
 *   post("/api/v1/plans", plan) // without parameters the text alone will do
 *
 * A path is looked up by a condition, never as one of a union of all: the compiler would work out the answers of 600 routes at once.
 */
import type { Api } from "@karibu/cloud/api";
import type { z } from "zod";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
type RouteOf<Of extends Method, Path> = Path extends string
  ? `${Of} ${Path}` extends infer Key extends keyof Api
    ? Api[Key]
    : never
  : never;
type AnyRouteOf<Path> =
  | RouteOf<"GET", Path>
  | RouteOf<"POST", Path>
  | RouteOf<"PUT", Path>
  | RouteOf<"PATCH", Path>
  | RouteOf<"DELETE", Path>;

declare const template: unique symbol;
declare const answer: unique symbol;
declare const names: unique symbol;
/** A path with its parameters and its query. What it was made of is known to the compiler alone. */
export type HubPath<Path> = string & {
  readonly [template]: Path;
  readonly [answer]?: Answer<"GET", Path>;
};
/** Whatever is there. */
export type AnyPath = string & { readonly [template]: unknown };
/** The path of something that the hub answers a GET of with at least this. */
export type PathOf<Thing> = string & { readonly [answer]?: Thing };
/** What a path was made of: one of `hubPath`, or a text. */
export type Made<Given> = Given extends { readonly [template]: infer Path } ? Path : Given;
/** A request takes what `hubPath` has made, or a text that lacks nothing, of a route that there is. */
export type Fit<Of extends Method, Given> = [RouteOf<Of, Made<Given>>] extends [never]
  ? { readonly noSuchRoute: Of }
  : Given extends { readonly [template]: unknown }
    ? unknown
    : Given extends `${string}{${string}`
      ? { readonly noParameters: Given }
      : unknown;
export type Known<Path> = [AnyRouteOf<Path>] extends [never] ? { readonly noSuchRoute: Path } : unknown;

type Out<Schema> = Schema extends null | undefined ? null : z.output<Schema>;
type In<Schema> = Schema extends null | undefined ? null : Sent<z.input<Schema>>;
/** The client sends what it may not change itself. */
type Sent<Value> = Value extends object ? { readonly [Name in keyof Value]: Sent<Value[Name]> } : Value;

/** What the hub answers. */
export type Answer<Of extends Method, Path> = Out<RouteOf<Of, Path>["answer"]>;
/** What it takes. What a form gave has no other names in it. */
export type Body<Of extends Method, Path> = Named<In<RouteOf<Of, Path>["body"]>>;
type Named<Content> = Content extends object ? Content & Naming<keyof Content & string> : Content;
/** Which names an object has. The compiler compares them where one goes in the place of another; nothing of it is there at run time. */
export interface Naming<Names> {
  readonly [names]?: Names;
}
type Params<Path> = In<AnyRouteOf<Path>["params"]>;
/** What narrows it. Texts from an address are the hub's to check. */
export type Query<Path> = Wish<Exclude<AnyRouteOf<Path>["query"], undefined>>;
type Wish<Schema> = Schema extends unknown
  ? { readonly [Name in keyof z.input<Schema>]: Value<z.output<Schema>, Name> }
  : never;
type Value<Whole, Name> = Name extends keyof Whole ? Whole[Name] | string | null | undefined : never;
/** Of an object that narrows a list: each name must be one that the hub knows, wherever the object was put together. */
export type Only<Given, Path> = { readonly [Name in keyof Given]: Name extends keyof Query<Path> ? unknown : never };

type MakePath = <const Path extends string>(
  path: Path & Known<Path>,
  ...[params]: Path extends `${string}{${string}` ? [params: Params<Path>] : []
) => HubPath<Path>;
/** `/api/v1/plans/{planId}` with its parameters in it: the one place where they are written into a path. */
export const hubPath: MakePath = ((path: string, params: Readonly<Record<string, string>> = {}) =>
  path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name] ?? ""))) as never;
