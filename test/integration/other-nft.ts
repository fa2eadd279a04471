/** The nft of another Debian release, from its packages unpacked into a folder of their own: nothing is installed. */
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What nft needs to run in either of them. */
const PACKAGES = [
  ...["nftables", "libnftables1", "libnftnl11", "libmnl0", "libjansson4", "libgmp10", "libxtables12"],
  ...["libedit2", "libbsd0", "libmd0", "libtinfo6", "libc6"],
];

const RELEASES = {
  bullseye: { named: "Debian 11", version: /^nftables v0\.9\.8 / },
  trixie: { named: "Debian 13", version: /^nftables v1\.1\./ },
} as const;
type Release = keyof typeof RELEASES;

export type OtherNft = { readonly path: string } | { readonly missing: string };

/** Fetched once and kept in the temporary directory. `missing` says why there is none. */
export async function otherNft(release: Release): Promise<OtherNft> {
  const { named } = RELEASES[release];
  const home = join(tmpdir(), `bailiff-test-${release}-nft-${process.getuid?.() ?? ""}`);
  const path = join(home, "nft");
  if (await works(path, release)) return { path };
  const work = await mkdtemp(join(tmpdir(), "bailiff-test-nft-"));
  try {
    await unpack(work, release);
    await rm(home, { recursive: true, force: true });
    await rename(work, home);
    await writeFile(path, wrapper(home, await loader(home)));
    await chmod(path, 0o755);
    return (await works(path, release)) ? { path } : { missing: `the nft of ${named} does not run here` };
  } catch (error) {
    const said = error instanceof Error ? (error.message.split("\n").at(-1) ?? "") : String(error);
    return { missing: `the packages of ${named} cannot be had: ${said}` };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function unpack(work: string, release: Release): Promise<void> {
  const keyring = `/usr/share/keyrings/debian-archive-${release}-automatic.gpg`;
  await stat(keyring);
  for (const folder of ["lists/partial", "cache/archives/partial", "state"]) {
    await mkdir(join(work, folder), { recursive: true });
  }
  await writeFile(join(work, "state/status"), "");
  await writeFile(join(work, "sources.list"), `deb [signed-by=${keyring}] ${await mirror()} ${release} main\n`);
  await writeFile(
    join(work, "apt.conf"),
    `Dir::Etc::sourcelist "${work}/sources.list"; Dir::Etc::sourceparts "/dev/null"; Dir::State "${work}/state";
     Dir::State::lists "${work}/lists"; Dir::State::status "${work}/state/status"; Dir::Cache "${work}/cache";
     APT::Sandbox::User "root"; Acquire::Retries "1"; Acquire::http::Timeout "20";\n`,
  );
  const options = { cwd: work, env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", APT_CONFIG: join(work, "apt.conf") } };
  await run("apt-get", ["-q", "update"], { ...options, timeout: 120_000 });
  await run("apt-get", ["-q", "download", ...PACKAGES], { ...options, timeout: 120_000 });
  for (const name of await readdir(work)) {
    if (name.endsWith(".deb")) await run("dpkg-deb", ["-x", name, join(work, "root")], options);
  }
  await rm(join(work, "lists"), { recursive: true });
}

/** Where this machine gets its own Debian packages from. */
async function mirror(): Promise<string> {
  const folder = "/etc/apt/sources.list.d";
  const files = ["/etc/apt/sources.list", ...(await readdir(folder)).map((name) => join(folder, name))];
  for (const file of files) {
    const text = await readFile(file, "utf8").catch(() => ""); // Many a machine has only one of the two forms.
    const found = /^(?:URIs:|deb(?: \[[^\]]*\])?)\s+(https?:\/\/\S+\/debian)\/?(?:\s|$)/m.exec(text);
    if (found?.[1] !== undefined) return found[1];
  }
  throw new Error("this machine has no Debian package source");
}

/** Its own loader with its own C library, for this machine's may be older or newer. */
async function loader(home: string): Promise<{ loader: string; libraries: string }> {
  // Since Debian 12 there is one folder for libraries; before, there were two.
  const folders: string[] = [];
  for (const library of ["root/lib", "root/usr/lib"].map((name) => join(home, name))) {
    const names = await readdir(library).catch(() => []); // In a newer release the first is a link that no package holds.
    folders.push(...names.filter((name) => name.endsWith("-linux-gnu")).map((name) => join(library, name)));
  }
  for (const folder of folders) {
    const name = (await readdir(folder)).find((file) => /^ld-linux.*\.so\.\d+$/.test(file));
    if (name !== undefined) return { loader: join(folder, name), libraries: folders.join(":") };
  }
  throw new Error("the packages hold no loader");
}

function wrapper(home: string, own: { readonly loader: string; readonly libraries: string }): string {
  return `#!/bin/sh\nexec ${own.loader} --library-path ${own.libraries} ${home}/root/usr/sbin/nft "$@"\n`;
}

async function works(path: string, release: Release): Promise<boolean> {
  try {
    return RELEASES[release].version.test((await run(path, ["--version"])).stdout);
  } catch {
    // Not there, or not for this machine: it does not work either way.
    return false;
  }
}
