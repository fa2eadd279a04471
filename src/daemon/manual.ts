import { makeScope } from "../core/scope.ts";

/** Bans given by hand without a jail are this jail's, on all ports. */
export const MANUAL = "manual";
export const MANUAL_SCOPE = makeScope({ protocols: [], ports: [], action: "drop" });
