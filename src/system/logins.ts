import { type Address, parseAddress } from "../core/address.ts";
import { findProgram, run } from "./exec.ts";

/**
 * Addresses that users are logged in from, as systemd-logind knows them. Empty where there is no logind, and for
 * sessions whose RemoteHost is a name.
 */
export async function readLogins(): Promise<readonly Address[]> {
  const loginctl = findProgram("loginctl");
  if (loginctl === undefined) return [];
  const list = await run(loginctl, ["--no-pager", "--no-legend", "list-sessions"], { timeoutMs: 2000 });
  if (list.exitCode !== 0) return [];
  const ids = list.stdout.split("\n").flatMap((line) => /^\s*([A-Za-z0-9]{1,20})\s/.exec(line)?.[1] ?? []);
  if (ids.length === 0) return [];
  const show = await run(
    loginctl,
    ["--no-pager", "show-session", "--property=RemoteHost", "--value", ...ids.slice(0, 200)],
    {
      timeoutMs: 2000,
    },
  );
  return show.stdout.split("\n").flatMap((line) => parseAddress(line.trim()) ?? []);
}
