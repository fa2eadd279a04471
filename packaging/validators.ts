/**
 * Makes the validators of the file formats, as code: `node packaging/validators.ts FOLDER`. Ajv would make them at each start
 * otherwise, which took a third of its CPU and 30 MB of memory.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import config from "../schemas/bailiff.schema.json" with { type: "json" };
import filter from "../schemas/filter.schema.json" with { type: "json" };

const NOTICE = "/* Made from schemas/ by `make types`. Do not edit. */";

const ajv = new Ajv2020({
  allErrors: true,
  verbose: true,
  discriminator: true,
  useDefaults: true,
  allowUnionTypes: true,
  code: { source: true, lines: true },
});
ajv.addSchema(filter);
ajv.addSchema(config);
const code = standalone.default(ajv, { config: config.$id, filter: filter.$id });

const types = `import type { ValidateFunction } from "ajv";
import type { Configuration } from "./bailiff.schema.ts";
import type { Filter } from "./filter.schema.ts";

export declare const config: ValidateFunction<Configuration>;
export declare const filter: ValidateFunction<Filter>;
`;
const folder = process.argv[2] ?? ".";
writeFileSync(join(folder, "validators.cjs"), `${NOTICE}\n${code.trimEnd()}\n`);
writeFileSync(join(folder, "validators.d.cts"), `${NOTICE}\n${types}`);
