import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "node:test";

/** The rows of src/README.md as data: a row imports rows above it, never a neighbour, never below. */
const SRC = join(import.meta.dirname, "..", "src");
const ROWS: readonly (readonly string[])[] = [
  ["errors", "generated"],
  ["core"],
  ["system", "log"],
  ["sources", "firewalls", "store", "control", "config"],
  ["daemon"],
  ["cli"],
  ["main"],
];
const ROW = new Map(ROWS.flatMap((rooms, row) => rooms.map((room) => [room, row] as const)));
/** Only the doors to the machine may use these. */
const DOORS: readonly { readonly module: string; readonly files: RegExp }[] = [
  { module: "execa", files: /^system\/exec\.ts$/ },
  { module: "node:sqlite", files: /^store\// },
  { module: "node:child_process", files: /^$/ },
];

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return files(path);
    return name.endsWith(".ts") ? [path] : [];
  });
}

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function imports(): Import[] {
  return files(SRC).flatMap((path) => {
    const text = readFileSync(path, "utf8");
    return [...text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from\s+"([^"]+)"/gms)].map((found) => ({
      from: relative(SRC, path),
      to: found[2]?.startsWith(".") ? relative(SRC, resolve(dirname(path), found[2])) : (found[2] ?? ""),
      typeOnly: found[1] !== undefined,
    }));
  });
}

function room(path: string): string {
  const [head = ""] = path.split("/");
  return head.replace(/\.ts$/, "");
}

test("every room is in the table of rows", () => {
  for (const path of files(SRC)) {
    const name = room(relative(SRC, path));
    assert.ok(ROW.has(name), `${name} is not in the table`);
  }
});

test("a room imports rows above it only, or itself", () => {
  for (const { from, to } of imports()) {
    if (!/^[a-z]+(\/|\.ts$)/.test(to) || to.startsWith("..")) continue;
    const [mine, theirs] = [room(from), room(to)];
    if (mine === theirs || !ROW.has(theirs)) continue;
    const [row, target] = [ROW.get(mine) ?? -1, ROW.get(theirs) ?? 99];
    assert.ok(target < row, `${from} imports ${to}: ${mine} may not use ${theirs}`);
  }
});

test("core is pure: no clock, no chance, no process, no input or output", () => {
  for (const path of files(join(SRC, "core"))) {
    const text = readFileSync(path, "utf8").replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    const found =
      /Date\.now|new Date\(\)|Math\.random|setTimeout|setInterval|process\.|\bgenerated\b|\bawait\b|\bPromise\b|console\./.exec(
        text,
      );
    assert.equal(found, null, `${relative(SRC, path)} uses ${found?.[0]}`);
    for (const [, module] of text.matchAll(/from "(node:[^"]+)"/g)) {
      assert.equal(module, "node:net", `${relative(SRC, path)} imports ${module}`);
    }
  }
});

test("node:net gives core its address tests and nothing else", () => {
  for (const path of files(join(SRC, "core"))) {
    for (const [, names = ""] of readFileSync(path, "utf8").matchAll(/import \{([^}]*)\} from "node:net"/g)) {
      for (const name of names.split(",").map((each) => each.trim())) assert.match(name, /^isIP(?:v[46])?$/);
    }
  }
});

test("programs, databases and generated types have one door each", () => {
  for (const { from, to } of imports()) {
    for (const door of DOORS) if (to === door.module) assert.match(from, door.files, `${from} imports ${to}`);
    if (to.startsWith("generated/")) assert.match(from, /^(?:config|control)\//, `${from} imports ${to}`);
  }
});

test("the wall clock is read in system/clock.ts only", () => {
  for (const path of files(SRC)) {
    if (path.endsWith("system/clock.ts")) continue;
    const text = readFileSync(path, "utf8").replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    assert.doesNotMatch(text, /Date\.now|new Date\(\)/, relative(SRC, path));
  }
});

test("process.exit is called nowhere; main sets the exit status", () => {
  for (const path of files(SRC)) {
    assert.doesNotMatch(readFileSync(path, "utf8"), /process\.exit\(/, relative(SRC, path));
  }
});

test("every shipped filter has samples", () => {
  for (const name of readdirSync(join(SRC, "filters")).filter((file) => file.endsWith(".json"))) {
    const samples = join(import.meta.dirname, "filters", name.replace(/\.json$/, ".log"));
    assert.ok(statSync(samples, { throwIfNoEntry: false }), `${samples} is missing`);
  }
});
