/**
 * Makes the validators of the public formats, as code: `node packaging/validators.ts FOLDER`. Made by Ajv at each start they
 * would take as much CPU and half as much memory as all the rest of the start.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type AnySchemaObject, type Options } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import config from "../schemas/bailiff.schema.json" with { type: "json" };
import control from "../schemas/control.schema.json" with { type: "json" };
import filter from "../schemas/filter.schema.json" with { type: "json" };

const NOTICE = "/* Made from schemas/ by `make types`. Do not edit. */";
const folder = process.argv[2] ?? ".";

// An admin is told of everything that is wrong, with the words of the schema; a program of the first thing.
const forAdmins = { allErrors: true, verbose: true, discriminator: true, useDefaults: true, allowUnionTypes: true };
make("files", forAdmins, { config, filter }, [
  'import type { Configuration } from "./bailiff.schema.ts";',
  'import type { Filter } from "./filter.schema.ts";',
  "",
  "export declare const config: ValidateFunction<Configuration>;",
  "export declare const filter: ValidateFunction<Filter>;",
]);
make("requests", { discriminator: true }, { request: control }, [
  'import type { Request } from "./control.schema.ts";',
  "",
  "export declare const request: ValidateFunction<Request>;",
]);

function make(
  name: string,
  options: Options,
  schemas: Readonly<Record<string, AnySchemaObject & { readonly $id: string }>>,
  types: readonly string[],
): void {
  const ajv = new Ajv2020({ ...options, schemas: Object.values(schemas), code: { source: true, lines: true } });
  const ids = Object.fromEntries(Object.entries(schemas).map(([key, schema]) => [key, schema.$id]));
  writeFileSync(join(folder, `${name}.cjs`), `${NOTICE}\n${standalone.default(ajv, ids).trimEnd()}\n`);
  const lines = [NOTICE, 'import type { ValidateFunction } from "ajv";', ...types, ""];
  writeFileSync(join(folder, `${name}.d.cts`), lines.join("\n"));
}
