/**
 * Runs inside a namespace, in a process of its own: loads the module named by its argument and answers calls of what
 * that module exports, over the IPC channel. See remote.ts, the other end.
 */
import { BailiffError } from "../../src/errors.ts";

const module = process.argv[2];
if (module === undefined) throw new Error("which module?");
const exported = (await import(module)) as Record<string, unknown>;

process.on("disconnect", () => process.exit(0));
process.on("message", async (call: { readonly id: number; readonly name: string; readonly args: unknown[] }) => {
  try {
    const called = exported[call.name];
    if (typeof called !== "function") throw new Error(`${module} has no ${call.name}`);
    process.send?.({ id: call.id, result: await called(...call.args) });
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    const told = error instanceof BailiffError ? { code: error.code, hint: error.hint } : {};
    process.send?.({ id: call.id, error: { message: error.message, stack: error.stack, ...told } });
  }
});
process.send?.({ ready: true });
