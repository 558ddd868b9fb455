/** Half a place is none: maps, ways and distances need both numbers. Pure. */
import { ownRule } from "../../ground/http/own-rules.ts";

interface GivenPlace {
  readonly latitude?: number | null | undefined;
  readonly longitude?: number | null | undefined;
}

/** Both are numbers, both are taken away (null), or both are left out. */
export const isWholePlace = ({ latitude, longitude }: GivenPlace): boolean => typeof latitude === typeof longitude;

/** What a schema says otherwise: `.refine(isWholePlace, halfPlace)`. */
export const halfPlace = {
  path: ["longitude"],
  message: ownRule("half-place", "Latitude and longitude stand together, or both are left out."),
};
