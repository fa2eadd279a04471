import { existsSync } from "node:fs";
import { pid } from "node:process";
import { BailiffError } from "../errors.ts";
import { findProgram, type Outcome, run } from "../system/exec.ts";
import { findXtables, toolSaid, type Variant, type XtablesPaths } from "./xtables.ts";

export type Backend = "nftables" | "ipset" | "iptables" | "none";

/** Best first. `none` stops nobody, and is what is left. */
const ORDER: readonly Exclude<Backend, "none">[] = ["nftables", "ipset", "iptables"];

export interface Tried {
  readonly name: Backend;
  readonly ok: boolean;
  /** In the admin's words: what it is, or why it cannot be used. */
  readonly reason: string;
  /** What it could not do here; a backend says more of itself once it is laid out. */
  readonly limits: readonly string[];
}

export interface Probe {
  readonly firewall: Backend;
  readonly why: string;
  /** In the order they were tried; none after the one chosen. */
  readonly tried: readonly Tried[];
}

/** Where the programs are; for each, undefined when it is not installed. */
export interface ProbePrograms {
  readonly nft?: string | undefined;
  readonly ipset?: string | undefined;
  readonly ip?: XtablesPaths | undefined;
  readonly ip6?: XtablesPaths | undefined;
}

export interface ProbeOptions {
  /** `iptables`: with ipset where there is one. Any but `auto` is never replaced by another kind. */
  readonly backend: "auto" | Backend;
  readonly variant?: Variant;
  /** Default: found where programs are. */
  readonly programs?: ProbePrograms;
  /** Has this kernel IPv6? Default: looked up. */
  readonly ip6?: boolean;
  readonly timeoutMs?: number;
}

/**
 * Finds out by trying which firewall this system has. What is tried is taken out again, and is in nobody's way meanwhile.
 * Throws FIREWALL_MISSING when the backend asked for cannot be used; with `auto` that ends in `none`.
 */
export async function probe(options: ProbeOptions): Promise<Probe> {
  const { backend } = options;
  if (backend === "none") return { firewall: "none", why: "it was asked for: nobody is stopped", tried: [] };
  const trial = new Trial(options);
  const candidates = backend === "auto" ? ORDER : backend === "iptables" ? (["ipset", "iptables"] as const) : [backend];
  const tried: Tried[] = [];
  for (const name of candidates) {
    const result = await trial.try(name);
    tried.push(result);
    if (!result.ok) continue;
    const before = tried.slice(0, -1).map((one) => `${one.name}: ${one.reason}`);
    const why = backend === "auto" || before.length > 0 ? result.reason : `it was asked for: ${result.reason}`;
    return { firewall: name, why: [why, ...before].join("; "), tried };
  }
  const all = tried.map((one) => `${one.name}: ${one.reason}`).join("; ");
  if (backend === "auto")
    return { firewall: "none", why: `NOBODY IS STOPPED, for no firewall can be used. ${all}`, tried };
  throw new BailiffError("FIREWALL_MISSING", `the firewall that was asked for cannot be used. ${all}`, {
    hint: 'set firewall.backend to "auto", or mend what is named above',
  });
}

const SCRATCH = `BAILIFF-PROBE-${pid}`;
const SCRATCH_SET = `bailiff-probe-${pid}`;

/** Checked, never carried out: nft -c. The listing at the end is the sign that all of it was read. */
const NFT_CHECK = JSON.stringify({
  nftables: [
    { add: { table: { family: "inet", name: "bailiff_probe" } } },
    ...["ipv4_addr", "ipv6_addr"].map((type) => ({
      add: { set: { family: "inet", table: "bailiff_probe", name: `try_${type}`, type, flags: ["timeout"] } },
    })),
    {
      add: {
        chain: {
          ...{ family: "inet", table: "bailiff_probe", name: "pre", type: "filter" },
          ...{ hook: "prerouting", prio: -300, policy: "accept" },
        },
      },
    },
    { list: { chains: { family: "inet" } } },
  ],
});

class Trial {
  readonly #programs: ProbePrograms;
  readonly #timeoutMs: number;
  readonly #ip6: boolean;

  constructor(options: ProbeOptions) {
    this.#programs = options.programs ?? {
      nft: findProgram("nft"),
      ipset: findProgram("ipset"),
      ip: findXtables("ip", options.variant),
      ip6: findXtables("ip6", options.variant),
    };
    this.#timeoutMs = options.timeoutMs ?? 10_000;
    // Absent where IPv6 was left out of the kernel or turned off on its command line.
    this.#ip6 = options.ip6 ?? existsSync("/proc/net/if_inet6");
  }

  async try(name: Exclude<Backend, "none">): Promise<Tried> {
    const limits: string[] = [];
    try {
      const reason = await this[name](limits);
      return { name, ok: true, reason, limits };
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      return { name, ok: false, reason: error.message, limits: [] };
    }
  }

  async nftables(): Promise<string> {
    const nft = this.#programs.nft;
    if (!nft) throw new Unfit("nft is not installed (package nftables)");
    const listed = await this.#run(nft, ["-j", "list", "chains"]);
    if (/JSON support not compiled-in|unknown option|invalid option/i.test(listed.stderr)) {
      throw new Unfit("this nft was built without JSON");
    }
    if (listed.exitCode !== 0) throw new Unfit(inWords("nft", listed, "nf_tables"));
    const version = nftVersion(listed.stdout);
    if (version === undefined) throw new Unfit("nft does not answer in JSON");
    const checked = await this.#run(nft, ["-j", "-c", NFT_CHECK]);
    if (checked.exitCode !== 0) throw new Unfit(inWords("nft", checked, "nf_tables sets with timeouts"));
    if (!checked.stdout.includes('"nftables"')) throw new Unfit("nft does not answer in JSON");
    return `nft ${version} works`;
  }

  async ipset(limits: string[]): Promise<string> {
    const { ipset, ip } = this.#programs;
    if (!ipset) throw new Unfit("ipset is not installed (package ipset)");
    if (!ip) throw new Unfit("iptables is not installed (package iptables)");
    // Netlink refuses a second program of the same name at the same time: the process id is in it.
    const names: string[] = [];
    try {
      for (const family of this.#families()) {
        for (const type of ["hash:ip", "hash:net"]) {
          const name = `${SCRATCH_SET}-${names.length}`;
          const inet = family === "ip" ? "inet" : "inet6";
          const made = await this.#run(ipset, ["create", name, type, "family", inet, "timeout", "0"]);
          if (made.exitCode !== 0) throw new Unfit(inWords("ipset", made, `ipset ${type}`));
          names.push(name);
        }
      }
      // A program that says yes to everything would be believed otherwise.
      const listed = await this.#run(ipset, ["list", "-n"]);
      if (!names.every((name) => listed.stdout.split("\n").includes(name))) {
        throw new Unfit("ipset reports success, but makes no sets");
      }
      const rules = (family: "ip" | "ip6") => [
        `-A ${SCRATCH} -p 6 -m multiport --dports 22 -m set --match-set ${SCRATCH_SET}-${family === "ip" ? 0 : 2} src -j DROP`,
      ];
      const variant = await this.#tables(rules, "match of ipset (xt_set)", limits);
      return `ipset with ${variant} works`;
    } finally {
      for (const name of names) await this.#run(ipset, ["destroy", name]);
    }
  }

  async iptables(limits: string[]): Promise<string> {
    const until = "-m time --datestop 2037-01-01T00:00:00";
    const rules = () => [`-A ${SCRATCH} -p 6 -m multiport --dports 22 ${until} -j DROP`];
    const variant = await this.#tables(rules, "match of time (xt_time)", limits);
    return `${variant} works`;
  }

  #families(): readonly ("ip" | "ip6")[] {
    return this.#ip6 && this.#programs.ip6 ? ["ip", "ip6"] : ["ip"];
  }

  /** Puts rules into a chain that nothing jumps to, and takes it out. The words of `iptables -V`. */
  async #tables(rules: (family: "ip" | "ip6") => readonly string[], needs: string, limits: string[]): Promise<string> {
    const { ip, ip6 } = this.#programs;
    if (!ip) throw new Unfit("iptables is not installed (package iptables)");
    await this.#scratch(ip, "iptables", rules("ip"), needs);
    if (!this.#ip6) limits.push("this kernel has no IPv6: only IPv4 offenders are stopped, and only they can come");
    else if (!ip6) limits.push("IPv6 offenders are not stopped: ip6tables is not installed");
    else {
      try {
        await this.#scratch(ip6, "ip6tables", rules("ip6"), needs);
      } catch (error) {
        if (!(error instanceof Unfit)) throw error;
        limits.push(`IPv6 offenders are not stopped: ${error.message}`);
      }
    }
    const version = await this.#run(ip.iptables, ["-V"]);
    return (
      version.stdout
        .replace(/[^\x20-\x7e]+/g, " ")
        .trim()
        .slice(0, 60) || "iptables"
    );
  }

  async #scratch(paths: XtablesPaths, name: string, rules: readonly string[], needs: string): Promise<void> {
    const was = await this.#emptyTable(name);
    const lines = ["*raw", `:${SCRATCH} - [0:0]`, ...rules, "COMMIT", ""];
    const made = await this.#run(paths.restore, ["--noflush", "-w", "5"], lines.join("\n"));
    try {
      if (made.exitCode !== 0) throw new Unfit(inWords(name, made, `table raw or the ${needs}`));
      const saved = await this.#run(paths.save, ["-t", "raw"]);
      if (saved.exitCode !== 0) throw new Unfit(inWords(name, saved, "table raw"));
      if (!saved.stdout.includes(`-A ${SCRATCH} `)) throw new Unfit(`${name} reports success, but makes no rules`);
    } finally {
      if (made.exitCode === 0) {
        const undo = ["*raw", `-F ${SCRATCH}`, `-X ${SCRATCH}`, "COMMIT", ""].join("\n");
        await this.#run(paths.restore, ["--noflush", "-w", "5"], undo);
        if (was === "absent" && (await this.#emptyTable(name)) === "empty") {
          // The nft variant leaves the table itself behind, which only nft can take out.
          await this.#run(this.#programs.nft ?? "", ["delete", "table", tableOf(name), "raw"]);
        }
      }
    }
  }

  /** Of the table raw in nf_tables: is it there, and is there anything in it? */
  async #emptyTable(name: string): Promise<"absent" | "empty" | "in use" | "unknown"> {
    const nft = this.#programs.nft;
    if (!nft) return "unknown";
    const listed = await this.#run(nft, ["list", "table", tableOf(name), "raw"]);
    if (listed.exitCode !== 0) return /No such file/.test(listed.stderr) ? "absent" : "unknown";
    return /^table ip6? raw \{\s*\}\s*$/.test(listed.stdout.replace(/^#.*\n/gm, "")) ? "empty" : "in use";
  }

  #run(program: string, args: readonly string[], input?: string): Promise<Outcome> {
    return run(program, args, { timeoutMs: this.#timeoutMs, ...(input === undefined ? {} : { input }) });
  }
}

/** This backend cannot be used here; the message is the reason. */
class Unfit extends Error {}

function tableOf(name: string): string {
  return name === "iptables" ? "ip" : "ip6";
}

function nftVersion(stdout: string): string | undefined {
  try {
    const answer = JSON.parse(stdout) as { nftables?: readonly { metainfo?: { version?: unknown } }[] };
    const version = answer.nftables?.[0]?.metainfo?.version;
    return typeof version === "string" && /^[\w.-]{1,20}$/.test(version) ? version : undefined;
  } catch {
    // Not JSON, which is what the caller asked.
    return undefined;
  }
}

/** No permission, missing in the kernel, or the program's own words. */
function inWords(name: string, outcome: Outcome, needs: string): string {
  const said = toolSaid(outcome);
  if (/not permitted|Permission denied|must be root/i.test(said)) {
    return `no permission to use ${name} (it needs CAP_NET_ADMIN, iptables CAP_NET_RAW as well)`;
  }
  const lacking =
    /not supported|Invalid argument|No such file or directory|can't initialize|Couldn't load|No chain\/target\/match|Protocol error|set type not supported|Cannot open session to kernel/i;
  if (lacking.test(said)) return `the kernel lacks ${needs}: ${name} ${said}`;
  return `${name} ${said}`;
}
