import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, describe, test } from "node:test";

const ROOT = join(import.meta.dirname, "..");

function has(program: string): boolean {
  return spawnSync("sh", ["-c", 'command -v "$1"', "sh", program]).status === 0;
}

/** Why it cannot be shown here; undefined when it can. */
function missing(...programs: readonly string[]): string | false {
  const absent = programs.filter((program) => !has(program));
  return absent.length > 0 ? `not installed: ${absent.join(", ")}` : false;
}

function run(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: "utf8", cwd: ROOT, maxBuffer: 64 * 1024 * 1024 });
}

interface Listed {
  readonly mode: string;
  readonly owner: string;
}

describe("the packages", { skip: missing("make", "dpkg-deb", "scdoc", "strip") }, () => {
  const withRpm = has("rpmbuild");
  const arch = process.arch === "arm64" ? ["arm64", "aarch64"] : ["amd64", "x86_64"];
  const version = (JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string }).version;
  let folder = "";
  let stage = "";
  let deb = "";
  let rpm = "";

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "bailiff-packages-"));
    // Apart from dist/, which other tests run meanwhile; nothing of the make around this one may leak in.
    const { MAKEFLAGS: _flags, MAKELEVEL: _level, MFLAGS: _more, ...env } = process.env;
    const targets = withRpm ? ["deb", "rpm"] : ["deb"];
    execFileSync(
      "make",
      ["--no-print-directory", ...targets, `BUILD=${folder}`, `DIST=${folder}/dist`, "DEB_Z=-Znone", "RPM_Z=w0.gzdio"],
      { cwd: ROOT, env, stdio: ["ignore", "ignore", "inherit"] },
    );
    stage = join(folder, `stage-${arch[0]}`);
    deb = join(folder, "packages", `bailiff_${version}_${arch[0]}.deb`);
    rpm = join(folder, "packages", `bailiff-${version}-1.${arch[1]}.rpm`);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function debFiles(): Map<string, Listed> {
    const files = new Map<string, Listed>();
    for (const line of run("dpkg-deb", "-c", deb).trimEnd().split("\n")) {
      const [mode = "", owner = "", , , , name = ""] = line.split(/\s+/);
      files.set(name.replace(/^\./, "").replace(/\/$/, ""), { mode, owner });
    }
    return files;
  }

  test("the .deb holds the program, its runtime and all that belongs to a service, owned by root", () => {
    const files = debFiles();
    for (const [name, mode] of Object.entries({
      "/usr/bin/bailiff": "-rwxr-xr-x",
      "/usr/lib/bailiff/node": "-rwxr-xr-x",
      "/usr/lib/bailiff/bailiff.mjs": "-rw-r--r--",
      "/usr/share/bailiff/filters/sshd.json": "-rw-r--r--",
      "/usr/share/bailiff/schemas/bailiff.schema.json": "-rw-r--r--",
      "/etc/bailiff": "drwxr-x---",
      "/etc/bailiff/bailiff.json": "-rw-r-----",
      "/etc/bailiff/conf.d": "drwxr-x---",
      "/usr/lib/systemd/system/bailiff.service": "-rw-r--r--",
      "/usr/lib/systemd/system/bailiff.socket": "-rw-r--r--",
      "/usr/lib/systemd/system/bailiff-status.socket": "-rw-r--r--",
      "/usr/lib/systemd/system/bailiff-syslog.socket": "-rw-r--r--",
      "/usr/lib/systemd/system/bailiff-teardown.service": "-rw-r--r--",
      "/usr/lib/sysusers.d/bailiff.conf": "-rw-r--r--",
      "/usr/lib/tmpfiles.d/bailiff.conf": "-rw-r--r--",
      "/usr/share/man/man8/bailiff.8.gz": "-rw-r--r--",
      "/usr/share/man/man5/bailiff.json.5.gz": "-rw-r--r--",
      "/usr/share/man/man5/bailiff-filter.5.gz": "-rw-r--r--",
      "/usr/share/bash-completion/completions/bailiff": "-rw-r--r--",
      "/usr/share/zsh/vendor-completions/_bailiff": "-rw-r--r--",
      "/usr/share/fish/vendor_completions.d/bailiff.fish": "-rw-r--r--",
      "/usr/share/doc/bailiff/copyright": "-rw-r--r--",
      "/usr/share/doc/bailiff/changelog.gz": "-rw-r--r--",
      "/usr/share/doc/bailiff/node-LICENSE.gz": "-rw-r--r--",
      "/usr/share/doc/bailiff/libraries-LICENSE.gz": "-rw-r--r--",
      "/usr/share/doc/bailiff/examples/iptables.conf": "-rw-r--r--",
    })) {
      assert.equal(files.get(name)?.mode, mode, name);
    }
    for (const [name, { owner, mode }] of files) {
      assert.equal(owner, "root/root", name);
      assert.doesNotMatch(mode, /[sStT]|^........w/, `${name} is set-id or for everybody to write`);
      assert.doesNotMatch(name, /\.node$/, "no native modules");
    }
    for (const name of readdirSync(join(ROOT, "src/filters")).filter((each) => each.endsWith(".json"))) {
      assert.ok(files.has(`/usr/share/bailiff/filters/${name}`), `${name} is not shipped`);
      assert.ok(
        files.has(`/usr/share/bailiff/filters/proven/${name}`),
        `what was found out about ${name} is not shipped`,
      );
    }
  });

  test("the .deb asks for what it needs, and its checksums are right", () => {
    const control = run("dpkg-deb", "-f", deb);
    assert.match(control, new RegExp(`^Version: ${version.replaceAll(".", "\\.")}$`, "m"));
    assert.match(control, new RegExp(`^Architecture: ${arch[0]}$`, "m"));
    assert.match(control, /^Depends: libc6 \(>= 2\.28\).*systemd.*nftables.*\| iptables/m);
    assert.match(control, /^Installed-Size: \d{5,6}$/m);
    const tree = join(folder, "unpacked");
    run("dpkg-deb", "-R", deb, tree);
    assert.equal(readFileSync(join(tree, "DEBIAN/conffiles"), "utf8"), "/etc/bailiff/bailiff.json\n");
    execFileSync("md5sum", ["--quiet", "-c", "DEBIAN/md5sums"], { cwd: tree });
    for (const script of ["postinst", "prerm", "postrm"]) {
      execFileSync("sh", ["-n", join(tree, "DEBIAN", script)]);
      assert.match(readFileSync(join(tree, "DEBIAN", script), "utf8"), /^#!\/bin\/sh\nset -e\n/);
    }
  });

  test("no path of the machine it was built on is in what is installed", () => {
    const parts = readdirSync(join(stage, "usr/lib/bailiff/parts")).map((name) => `usr/lib/bailiff/parts/${name}`);
    assert.deepEqual(parts.map((name) => basename(name)).sort(), readdirSync(join(folder, "dist/lib/parts")).sort());
    for (const name of [
      ...parts,
      "usr/lib/bailiff/bailiff.mjs",
      "usr/bin/bailiff",
      "usr/lib/systemd/system/bailiff.service",
    ]) {
      const text = readFileSync(join(stage, name), "utf8");
      assert.ok(!text.includes(ROOT) && !text.includes(folder), name);
    }
    const service = readFileSync(join(stage, "usr/lib/systemd/system/bailiff.service"), "utf8");
    assert.doesNotMatch(service, /@\w+@/);
    assert.match(service, /^Before=.*\bssh\.service sshd\.service/m);
  });

  test("the installed program runs on the runtime beside it, checks the shipped configuration and knows all filters", () => {
    const program = [join(stage, "usr/lib/bailiff/bailiff.mjs")];
    const node = join(stage, "usr/lib/bailiff/node");
    const said = run(node, ...program, "check", "--config", join(stage, "etc/bailiff/bailiff.json"));
    assert.match(said, /is right\./);
    assert.match(said, /sshd/);
    const list = JSON.parse(run(node, ...program, "filter", "list", "--json")) as { name: string; shipped: boolean }[];
    const shipped = readdirSync(join(ROOT, "src/filters")).filter((name) => name.endsWith(".json"));
    assert.equal(list.length, shipped.length);
    const launcher = readFileSync(join(stage, "usr/bin/bailiff"), "utf8");
    for (const setting of ["--max-semi-space-size=", "MALLOC_ARENA_MAX=", "BAILIFF_NODE_FLAGS"]) {
      assert.ok(launcher.includes(setting), `the launcher lacks ${setting}`);
    }
    assert.match(launcher, /^exec \/usr\/lib\/bailiff\/node [\s\S]* \/usr\/lib\/bailiff\/bailiff\.mjs "\$@"$/m);
  });

  test("the units are what systemd understands, with each of the drop-ins too", {
    skip: missing("systemd-analyze"),
  }, () => {
    const release = Number(/systemd (\d+)/.exec(run("systemctl", "--version"))?.[1]);
    const examples = readdirSync(join(ROOT, "packaging/systemd/examples"));
    for (const example of [undefined, ...examples]) {
      // systemd 254 brought OpenFile=.
      if (example === "notify.conf" && release < 254) continue;
      const units = mkdtempSync(join(folder, "units-"));
      for (const name of readdirSync(join(stage, "usr/lib/systemd/system"))) {
        const text = readFileSync(join(stage, "usr/lib/systemd/system", name), "utf8");
        writeFileSync(join(units, name), text.replaceAll("/usr/bin/bailiff", "/bin/true"));
      }
      if (example !== undefined) {
        mkdirSync(join(units, "bailiff.service.d"));
        copyFileSync(join(ROOT, "packaging/systemd/examples", example), join(units, "bailiff.service.d", example));
      }
      const files = readdirSync(units).filter((name) => /\.(?:service|socket)$/.test(name));
      const verified = spawnSync("systemd-analyze", ["verify", "--man=no", ...files.map((name) => join(units, name))], {
        encoding: "utf8",
        env: { ...process.env, SYSTEMD_UNIT_PATH: `${units}:` },
      });
      const ours = verified.stderr.split("\n").filter((line) => /bailiff/.test(line));
      assert.deepEqual(ours, [], `${example ?? "as shipped"}`);
    }
  });

  test("the unit's exposure is 1.5 at the most, by systemd's own reckoning", {
    skip: missing("systemd-analyze"),
  }, () => {
    const unit = join(stage, "usr/lib/systemd/system/bailiff.service");
    const said = spawnSync("systemd-analyze", ["security", "--offline=yes", "--no-pager", "--threshold=15", unit], {
      encoding: "utf8",
    });
    assert.match(said.stdout, /Overall exposure level/);
    assert.equal(said.status, 0, said.stdout.split("\n").filter((line) => /Overall/.test(line))[0]);
  });

  test("the manual pages have no faults, and tell every option", { skip: missing("man", "mandoc") }, () => {
    const pages = ["man8/bailiff.8.gz", "man5/bailiff.json.5.gz", "man5/bailiff-filter.5.gz"].map((page) =>
      join(stage, "usr/share/man", page),
    );
    const rendered = pages.map((page) => {
      const shown = spawnSync("man", ["--warnings", "-E", "UTF-8", "-l", "-Tutf8", page], {
        encoding: "utf8",
        env: { ...process.env, LC_ALL: "C.UTF-8", MANROFFSEQ: "", MANWIDTH: "80", MAN_KEEP_FORMATTING: "" },
      });
      assert.equal(shown.status, 0, page);
      assert.equal(shown.stderr, "", page);
      const source = execFileSync("gzip", ["-dc", page], { encoding: "utf8" });
      const lint = spawnSync("mandoc", ["-T", "lint", "-W", "warning"], { input: source, encoding: "utf8" });
      // scdoc writes paragraph macros where none is due.
      const faults = lint.stdout.split("\n").filter((line) => line !== "" && !/skipping paragraph macro/.test(line));
      assert.deepEqual(faults, [], basename(page));
      return source;
    });
    for (const [at, schema] of [
      [1, "bailiff"],
      [2, "filter"],
    ] as const) {
      const names = new Set<string>();
      JSON.parse(readFileSync(join(ROOT, `schemas/${schema}.schema.json`), "utf8"), (key, value) => {
        if (key === "properties") for (const name of Object.keys(value as object)) names.add(name);
        return value as unknown;
      });
      assert.ok(names.size > 20);
      for (const name of names) assert.ok(rendered[at]?.includes(`\\fB${name}\\fR`), `${schema}: ${name} is not told`);
    }
    for (const command of ["doctor", "jail list", "ban", "firewall remove", "filter test"]) {
      assert.ok(rendered[0]?.includes(`\\fB${command}\\fR`), command);
    }
  });

  test("completion for bash offers commands, options and values", () => {
    const script = join(stage, "usr/share/bash-completion/completions/bailiff");
    execFileSync("bash", ["-n", script]);
    const complete = (...words: readonly string[]): string[] =>
      execFileSync(
        "bash",
        [
          "-c",
          // biome-ignore lint/suspicious/noTemplateCurlyInString: it is bash's
          'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _bailiff; printf "%s\\n" "${COMPREPLY[@]}"',
          "bash",
          script,
          "bailiff",
          ...words,
        ],
        { encoding: "utf8" },
      )
        .trimEnd()
        .split("\n");
    assert.deepEqual(complete("sta"), ["status", "stats"]);
    assert.deepEqual(complete("filter", "te"), ["test"]);
    assert.deepEqual(complete("jail", "import", "/etc/host").includes("/etc/hosts"), true);
    assert.deepEqual(complete("run", "--log", "js"), ["json"]);
    assert.ok(complete("ban", "--").includes("--reason"));
    assert.ok(!complete("ping", "--").includes("--reason"));
  });

  test("completion for zsh is right", { skip: missing("zsh") }, () => {
    execFileSync("zsh", ["-n", join(stage, "usr/share/zsh/site-functions/_bailiff")]);
  });

  test("completion for fish offers commands and options", { skip: missing("fish") }, () => {
    const script = join(stage, "usr/share/fish/vendor_completions.d/bailiff.fish");
    execFileSync("fish", ["-n", script]);
    const offered = execFileSync("fish", ["--no-config", "-c", `source ${script}; complete -C 'bailiff filter '`], {
      encoding: "utf8",
    });
    assert.match(offered, /^list\t/m);
    assert.doesNotMatch(offered, /^status\t/m);
  });

  test("the .rpm holds the same files, with the same scripts' promises", { skip: missing("rpmbuild", "rpm") }, () => {
    assert.ok(existsSync(rpm));
    const names = run("rpm", "-qp", "--queryformat", "[%{FILENAMES}\n]", rpm).trimEnd().split("\n");
    const ofDeb = [...debFiles().keys()]
      .map((name) => name.replace("/usr/share/zsh/vendor-completions", "/usr/share/zsh/site-functions"))
      .filter((name) => !name.includes("lintian") && !names.some((each) => each.startsWith(`${name}/`)));
    for (const name of ofDeb.filter((each) => each !== ""))
      assert.ok(names.includes(name), `${name} is not in the .rpm`);
    const modes = run(
      "rpm",
      "-qp",
      "--queryformat",
      "[%{FILENAMES} %{FILEMODES:perms} %{FILEGROUPNAME} %{FILEFLAGS:fflags}\n]",
      rpm,
    );
    assert.match(modes, /^\/etc\/bailiff\/bailiff\.json -rw-r----- bailiff cn$/m);
    assert.match(modes, /^\/etc\/bailiff drwxr-x--- bailiff $/m);
    const requires = run("rpm", "-qp", "--requires", rpm);
    assert.match(requires, /GLIBC_2\.28/);
    assert.doesNotMatch(requires, /\/usr\/lib\/bailiff|GLIBC_2\.(29|3\d)/);
    const scripts = run("rpm", "-qp", "--scripts", rpm);
    assert.match(scripts, /systemctl preset bailiff\.service/);
    assert.match(scripts, /systemctl start bailiff-teardown\.service/);
    assert.doesNotMatch(scripts, /\bnft\b/, "rpm runs scripts in an empty network namespace");
  });
});
