/* Made from schemas/ by `make types`. Do not edit. */
import type { ValidateFunction } from "ajv";
import type { Request } from "./control.schema.ts";

export declare const request: ValidateFunction<Request>;
