/* Made from schemas/ by `make types`. Do not edit. */
import type { ValidateFunction } from "ajv";
import type { Configuration } from "./bailiff.schema.ts";
import type { Filter } from "./filter.schema.ts";

export declare const config: ValidateFunction<Configuration>;
export declare const filter: ValidateFunction<Filter>;
